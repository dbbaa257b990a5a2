import { _t } from "@web/core/l10n/translation";

/** The longest side of a photo, in pixels: Odoo keeps no larger ones. */
export const LONGEST_SIDE = 1920;
/** The quality of a JPEG: less shows in scratches and small print. */
const QUALITY = 0.85;
/** What browsers call a picture by its name alone, where they don't know its type. */
const PICTURE_NAME = /\.(jpe?g|png|gif|webp|bmp|heic|heif|avif)$/i;

/**
 * Return the pictures in *files* in base64, made small. The others are left out: a notification says
 * why, at the name of each.
 */
export async function readPictures(files, notification) {
    const pictures = [];
    // One after the other: a phone has no memory for many large ones.
    for (const file of files) {
        try {
            pictures.push(await shrink(file));
        } catch {
            notification.add(explain(file), { type: "danger", sticky: true });
        }
    }
    return pictures;
}

function isNamedPicture(file) {
    return file.type ? file.type.startsWith("image/") : PICTURE_NAME.test(file.name);
}

function explain({ name, type }) {
    if (!isNamedPicture({ name, type })) {
        return _t("%(name)s is not a picture.", { name });
    }
    return _t(
        "%(name)s can't be read: it is damaged, or of a kind that this browser doesn't show, such as HEIC. Save it as JPEG or PNG.",
        { name },
    );
}

/** Return a picture in base64: JPEG, or PNG if parts of it are transparent. */
async function shrink(file) {
    // It is turned as its EXIF data says.
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const type = isOpaque(context) ? "image/jpeg" : "image/png";
    const url = canvas.toDataURL(type, QUALITY);
    return url.slice(url.indexOf(",") + 1);
}

function isOpaque(context) {
    const { data } = context.getImageData(0, 0, context.canvas.width, context.canvas.height);
    // Of each pixel: red, green, blue and how opaque it is.
    for (let at = 3; at < data.length; at += 4) {
        if (data[at] < 255) {
            return false;
        }
    }
    return true;
}
