import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * The name of a document as a link. A click calls the method of the record that
 * `options="{'action': …}"` names, and does what it returns.
 */
export class DocumentLinkField extends Component {
    static template = "serialized_parts.DocumentLinkField";
    static props = { ...standardFieldProps, action: String };

    setup() {
        this.orm = useService("orm");
        this.actionService = useService("action");
    }

    get documentName() {
        return this.props.record.data[this.props.name] || "";
    }

    async onClick() {
        const { resModel, resId } = this.props.record;
        const action = await this.orm.call(resModel, this.props.action, [resId]);
        await this.actionService.doAction(action);
    }
}

export const documentLinkField = {
    component: DocumentLinkField,
    displayName: _t("Document link"),
    supportedOptions: [{ name: "action", label: _t("Method to call"), type: "string" }],
    supportedTypes: ["char"],
    extractProps: ({ options }) => ({ action: options.action }),
};

registry.category("fields").add("document_link", documentLinkField);
