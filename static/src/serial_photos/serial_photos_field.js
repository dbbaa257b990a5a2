import { Component, useExternalListener, useRef, useState } from "@odoo/owl";
import { hasTouch } from "@web/core/browser/feature_detection";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { FileModel } from "@web/core/file_viewer/file_model";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { useSortable } from "@web/core/utils/sortable_owl";
import { imageUrl } from "@web/core/utils/urls";
import { fileTypeMagicWordMap } from "@web/views/fields/image/image_field";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { readPictures } from "./pictures";

/** A photo for Odoo's file viewer. */
class PhotoFile extends FileModel {
    mimetype = "image/jpeg";

    constructor(name, source) {
        super();
        Object.assign(this, { name, source });
    }

    get defaultSource() {
        return this.source;
    }

    get downloadUrl() {
        return this.source;
    }
}

/** The photos of a unit, in order. They are saved with the form. */
export class SerialPhotosField extends Component {
    static template = "serialized_parts.SerialPhotosField";
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.viewer = useFileViewer();
        this.root = useRef("root");
        this.chooser = useRef("chooser");
        this.camera = useRef("camera");
        this.hasCamera = hasTouch();
        this.state = useState({ reading: 0 });
        this.adding = Promise.resolve();
        const { bus } = this.props.record.model;
        useBus(bus, "NEED_LOCAL_CHANGES", ({ detail }) => detail.proms.push(this.adding));
        useExternalListener(document, "paste", (ev) => this.onPaste(ev));
        useDropzone(
            this.root,
            (ev) => this.add(ev.dataTransfer.files),
            "o_serial_photos_dropzone",
            () => !this.props.readonly,
        );
        useSortable({
            ref: this.root,
            elements: ".o_serial_photo",
            enable: () => !this.props.readonly,
            cursor: "move",
            onDrop: ({ element, next }) => this.move(element.dataset.id, next?.dataset.id),
        });
    }

    get list() {
        return this.props.record.data[this.props.name];
    }

    /** The photos in the order of their sequence; those with the same, in the order of their ids. */
    get photos() {
        return [...this.list.records].sort((one, other) => one.data.sequence - other.data.sequence);
    }

    getSource({ data, resId }, field) {
        if (resId) {
            return imageUrl(this.list.resModel, resId, field, { unique: data.write_date });
        }
        const kind = fileTypeMagicWordMap[data.image_1920[0]] || "png";
        return `data:image/${kind};base64,${data.image_1920}`;
    }

    getPublicTitle({ data }) {
        return data.is_public
            ? _t("Shown on the unit's public page. Click to keep it internal.")
            : _t("Only shown here. Click to show it on the unit's public page, too.");
    }

    onOpen(photo) {
        const { photos } = this;
        const files = photos.map(
            (other, at) =>
                new PhotoFile(
                    _t("Photo %(number)s of %(count)s", { number: at + 1, count: photos.length }),
                    this.getSource(other, "image_1920"),
                ),
        );
        this.viewer.open(files[photos.indexOf(photo)], files);
    }

    /** Add the pictures in *files*; the form can't be saved before they are read. */
    add(files) {
        const waiting = [...files];
        this.state.reading += waiting.length;
        this.adding = this.adding.then(() => this.read(waiting));
        return this.adding;
    }

    async read(files) {
        const pictures = await readPictures(files, this.notification);
        this.state.reading -= files.length;
        const last = this.photos.at(-1)?.data.sequence ?? 0;
        const values = (image_1920, at) => ({
            image_1920,
            is_public: false,
            sequence: last + 1 + at,
        });
        await this.list.applyCommands(pictures.map((...args) => [0, false, values(...args)]));
    }

    async onChoose(ev) {
        const files = [...ev.target.files];
        // The same file can be chosen again.
        ev.target.value = "";
        await this.add(files);
    }

    async onPaste(ev) {
        const { files, types } = ev.clipboardData || {};
        const isHere =
            this.ui.activeElement.contains(this.root.el) &&
            // What is pasted into a message goes with it.
            !ev.target.closest(".o-mail-Chatter");
        const isText = types?.includes("text/plain") && ev.target.matches("input, textarea");
        if (isHere && files?.length && !isText && !this.props.readonly) {
            ev.preventDefault();
            await this.add(files);
        }
    }

    async onTogglePublic(photo) {
        await photo.update({ is_public: !photo.data.is_public });
    }

    async onRemove(photo) {
        await this.list.delete(photo);
    }

    /** Move a photo before another one, or to the end. */
    async move(id, nextId) {
        const photos = this.photos.filter((photo) => photo.id !== id);
        const at = nextId ? photos.findIndex((photo) => photo.id === nextId) : photos.length;
        photos.splice(
            at,
            0,
            this.list.records.find((photo) => photo.id === id),
        );
        const moved = photos.filter((photo, index) => photo.data.sequence !== index + 1);
        await Promise.all(
            moved.map((photo) => photo.update({ sequence: photos.indexOf(photo) + 1 })),
        );
    }
}

export const serialPhotosField = {
    component: SerialPhotosField,
    displayName: _t("Photos of a unit"),
    supportedTypes: ["one2many"],
    isEmpty: () => false,
    relatedFields: [
        { name: "image_1920", type: "binary", readonly: false },
        { name: "is_public", type: "boolean", readonly: false },
        { name: "sequence", type: "integer", readonly: false },
        { name: "write_date", type: "datetime", readonly: true },
    ],
};

registry.category("fields").add("serial_photos", serialPhotosField);
