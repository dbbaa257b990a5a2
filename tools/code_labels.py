"""The custom fields that a GS1 code answers, which are known by their labels, in any spelling.

A new label goes into the table below; case, accents, blanks, dots and signs don't matter.
"""

from collections import defaultdict

from .answer_check import TEXT_TYPES
from .table_headers import fold_header, fold_words

#: The application identifiers, and the labels in English, German, French and Spanish. Their meanings
#: are those of the GS1 General Specifications.
WORDS = {
    # Batch or lot number.
    "10": """
        Batch | Batch No. | Batch Nr. | Batch Number | Batch ID | Lot | Lot No. | Lot Nr. | Lot Number
        Lot ID | Batch/Lot | Lot/Batch | Batch/Lot No. | Batch/Lot Number | Production Batch
        Charge | Chargennummer | Chargen-Nr. | Charge Nr. | Los | Losnummer | Los-Nr. | Los Nr.
        N° de lot | Nº de lot | N° lot | Numéro de lot | Lot de fabrication
        Lote | Número de lote | N° de lote | Nº de lote | Nro. de lote | N.° lote | Nº lote
        """,
    # Production date.
    "11": """
        Production Date | Date of Production | Produced | Produced On | Manufacturing Date
        Manufacture Date | Date of Manufacture | Manufactured | Manufactured On | Manufacture Day
        Mfg Date | Mfg. Date | Mfd. | Mfd. Date | Made On | Build Date | Built On
        Herstelldatum | Herstellungsdatum | Produktionsdatum | Fertigungsdatum | Baudatum
        Hergestellt | Hergestellt am | Produziert am | Gefertigt am
        Date de fabrication | Date de production | Fabriqué le | Produit le
        Fecha de fabricación | Fecha de producción | Fecha de elaboración | Fabricado el | Fabricado
        """,
    # Packaging date.
    "13": """
        Packaging Date | Date of Packaging | Packing Date | Pack Date | Packed | Packed On | Packaged On
        Verpackungsdatum | Packdatum | Abpackdatum | Verpackt am | Verpackt
        Date d'emballage | Date de conditionnement | Emballé le | Conditionné le
        Fecha de envasado | Fecha de embalaje | Fecha de empaque | Envasado el | Embalado el
        """,
    # Best before date.
    "15": """
        Best Before | Best Before Date | Best Before End | Best By | Best By Date | BBD | BBE
        Mindesthaltbarkeitsdatum | Mindestens haltbar bis | Haltbar bis | Mindesthaltbarkeit | MHD
        Date de durabilité minimale | DDM | À consommer de préférence avant
        À consommer de préférence avant le
        Fecha de consumo preferente | Consumo preferente | Consumir preferentemente antes de
        Consumir preferentemente antes del
        """,
    # Secondary serial number.
    "250": """
        Secondary Serial Number | Secondary Serial No. | Secondary Serial | Second Serial Number
        Second Serial No. | Second Serial | Serial Number 2 | Serial No. 2 | Serial 2 | S/N 2
        Zweite Seriennummer | Sekundäre Seriennummer | Zweit-Seriennummer | Seriennummer 2
        Serien-Nr. 2
        Numéro de série secondaire | N° de série secondaire | Second numéro de série
        Deuxième numéro de série | Numéro de série 2
        Número de serie secundario | N° de serie secundario | Segundo número de serie
        Número de serie 2
        """,
}
_IDENTIFIERS = fold_words(WORDS)


def find_answers(code, questions):
    """Return what *code* answers, as ``{application identifier: (question, text)}``. Where several
    custom fields are called like one of its elements, nobody knows which is meant: it answers none.

    :param code: a :class:`~.scanned_code.Code`
    :param questions: the custom fields of its part, as property definitions
    """
    days = {identifier: day.isoformat() for identifier, day in code.dates.items()}
    found = defaultdict(list)
    for question in questions:
        identifier = _IDENTIFIERS.get(fold_header(question["string"]))
        if identifier in days and question["type"] == "date":
            found[identifier].append((question, days[identifier]))
        elif identifier in code.texts and question["type"] in TEXT_TYPES:
            found[identifier].append((question, code.texts[identifier]))
    return {identifier: answers[0] for identifier, answers in found.items() if len(answers) == 1}
