"""A unit's public page for programs: schema.org in JSON-LD."""


def make_linked_data(page):
    """Return *page* as an ``IndividualProduct`` of schema.org.

    :param dict page: see ``stock.lot._read_public_page``
    """
    data = {
        "@context": "https://schema.org",
        "@type": "IndividualProduct",
        "@id": page["url"],
        "url": page["url"],
        "name": page["part"],
        "serialNumber": page["serial"],
    }
    if page["gtin"]:
        data["gtin14"] = page["gtin"]
    pictures = [*page["photos"], *filter(None, [page["part_picture"]])]
    if pictures:
        data["image"] = [page["host"] + paths[1024] for paths in pictures]
    if page["answers"]:
        data["additionalProperty"] = [
            {"@type": "PropertyValue", "name": answer["label"], "value": answer["value"]}
            for answer in page["answers"]
        ]
    return data
