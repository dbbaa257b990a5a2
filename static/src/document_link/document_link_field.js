import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { charField, CharField } from "@web/views/fields/char/char_field";

/**
 * The name of a document as a link. A click calls the method of the record that
 * `options="{'action': …}"` names, and does what it returns.
 */
export class DocumentLinkField extends CharField {
    static template = "serialized_parts.DocumentLinkField";
    static props = { ...CharField.props, action: String };

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.actionService = useService("action");
    }

    async onClick() {
        const { resModel, resId } = this.props.record;
        this.actionService.doAction(await this.orm.call(resModel, this.props.action, [resId]));
    }
}

export const documentLinkField = {
    ...charField,
    component: DocumentLinkField,
    supportedOptions: [{ name: "action", label: "Method to call", type: "string" }],
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...charField.extractProps(fieldInfo, dynamicInfo),
        action: fieldInfo.options.action,
    }),
};

registry.category("fields").add("document_link", documentLinkField);
