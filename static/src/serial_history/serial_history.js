import { Component, useEffect, useState } from "@odoo/owl";
import { RelativeTime } from "@mail/core/common/relative_time";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** How many entries one call reads. */
const PAGE = 10;

/** The icon of each kind of entry that `get_serial_history` returns; notes have that of the rest. */
const ICONS = {
    answered: "fa-list-ul",
    archived: "fa-archive",
    consumed: "fa-cogs",
    corrected: "fa-wrench",
    counted: "fa-check-square-o",
    created: "fa-barcode",
    delivered: "fa-truck",
    expected: "fa-clock-o",
    moved: "fa-arrows",
    photo: "fa-camera",
    produced: "fa-industry",
    received: "fa-download",
    removed: "fa-scissors",
    renamed: "fa-pencil",
    repaired: "fa-medkit",
    reserved: "fa-lock",
    returned: "fa-undo",
    scrapped: "fa-trash",
    serialized: "fa-barcode",
    unarchived: "fa-archive",
    unbuilt: "fa-chain-broken",
};

/**
 * What happened to a unit, the latest first. It is read after the form has been shown, again after
 * the record has been saved, and further back by *Show more*.
 */
export class SerialHistory extends Component {
    static template = "serialized_parts.SerialHistory";
    static components = { RelativeTime };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.actionService = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ entries: [], isLoaded: false, hasMore: false });
        useEffect(
            (resId) => {
                this.load(resId);
            },
            () => [this.props.record.resId, this.props.record.data.write_date?.ts],
        );
    }

    /** Read the latest entries; of the same record again, as many as are shown. */
    async load(resId) {
        if (resId !== this.resId) {
            Object.assign(this.state, { entries: [], isLoaded: false, hasMore: false });
            this.resId = resId;
        }
        const limit = Math.max(PAGE, this.state.entries.length);
        const entries = resId ? await this.read(resId, { limit }) : [];
        Object.assign(this.state, { entries, isLoaded: true, hasMore: entries.length === limit });
    }

    async showMore() {
        const { entries } = this.state;
        const before = entries.at(-1).key;
        const more = await this.read(this.props.record.resId, { limit: PAGE, before });
        entries.push(...more);
        this.state.hasMore = more.length === PAGE;
    }

    read(resId, page) {
        const { resModel } = this.props.record;
        const call = this.orm.silent.call(resModel, "get_serial_history", [resId], page);
        return this.keepLast.add(call);
    }

    icon({ kind }) {
        return ICONS[kind] || "fa-comment-o";
    }

    date(entry) {
        return deserializeDateTime(entry.date);
    }

    fullDate(entry) {
        return formatDateTime(this.date(entry));
    }

    /** The text before the name of the document and behind it; where it has no name, all of it. */
    around({ text, document }) {
        if (!document) {
            return [text, ""];
        }
        const [before, ...behind] = text.split(document.name);
        return behind.length ? [before, behind.join(document.name)] : [`${text} · `, ""];
    }

    url({ model, id }) {
        return `/odoo/${model}/${id}`;
    }

    open(ev, { model, id }) {
        if (ev.ctrlKey || ev.metaKey || ev.shiftKey) {
            return; // In a tab of its own, by the browser.
        }
        ev.preventDefault();
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

export const serialHistory = {
    component: SerialHistory,
    fieldDependencies: [{ name: "write_date", type: "datetime", readonly: true }],
};

registry.category("view_widgets").add("serial_history", serialHistory);
