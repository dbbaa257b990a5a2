"""The words that the columns of a list are known by, in any spelling.

A new word goes into the table below; case, accents, blanks, dots and signs don't matter.
"""

import unicodedata
from collections import defaultdict

#: The kinds of columns, and their headers in English, German, French and Spanish.
WORDS = {
    "serial": """
        Serial | Serials | Serial # | Serial No. | Serial Nos. | Serial Nr. | Serial Nbr | Serial Num
        Serial Number | Serial Numbers | Serial Code | Serial ID | S/N | S/No. | SNR | Ser. No.
        Lot/Serial | Lot/Serial No. | Lot/Serial Number | Serial/Lot Number | Unit Serial
        Unit Serial Number | Device Serial Number | Product Serial Number | Equipment Serial Number
        Seriennummer | Seriennummern | Serien-Nr. | Serie-Nr. | Ser.-Nr. | Los-/Seriennummer
        Chargen-/Seriennummer | Fabriknummer | Fabrik-Nr. | Gerätenummer | Geräte-Nr.
        Série | Numéro de série | Numéros de série | N° de série | Nº de série | N° série | Nº série
        No série | Num. série | Num. de série | Lot/Numéro de série | Numéro de lot/série
        Serie | Número de serie | Números de serie | N° de serie | Nº de serie | Nº serie | N° serie
        Num. serie | Num. de serie | Nro. serie | Nro. de serie | Lote/Número de serie
        """,
    # Serial numbers of one kind. They can be custom fields beside another serial number.
    "number": """
        IMEI | IMEI 1 | IMEI No. | IMEI Number | IMEI-Nummer | Numéro IMEI | Número IMEI | MEID | ESN
        VIN | VIN No. | VIN Number | Vehicle Identification Number | FIN | Fahrgestellnummer
        Fahrzeug-Identifizierungsnummer | Numéro de châssis | N° de châssis | Número de chasis
        Número de bastidor | Bastidor
        """,
    "location": """
        Location | Loc. | Bin | Bin Location | Bin No. | Storage Location | Storage Bin | Stock Location
        Warehouse Location | Destination Location | Shelf
        Lagerplatz | Lagerort | Lagerfach | Stellplatz | Lagerplatz-Nr. | Regalplatz
        Emplacement | Emplacement de stock | Casier
        Ubicación | Ubicación de almacén | Casilla
        """,
    "product": """
        Part | SKU | Barcode | Product | Item | EAN | GTIN | UPC
        Teil | Produkt | Artikel | Strichcode
        Pièce | Produit | Article | Code-barres
        Pieza | Producto | Artículo | Código de barras
        """,
    "quantity": """
        Quantity | Qty | Qty. | Units | Pcs | Count
        Menge | Anzahl | Stück | Stk.
        Quantité | Qté | Nombre
        Cantidad | Cant. | Uds.
        """,
}
#: What the header of a column that is left out begins with.
LEFT_OUT = "-"
#: The kinds whose words no custom field may be labelled with.
RESERVED = ("serial", "location", "product")


def fold_header(text):
    """Return the same text for headers that differ in case, accents, blanks and signs only."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def fold_words(words):
    """Return ``{folded word: kind}`` of *words*, a table like :data:`WORDS`."""
    return {
        fold_header(word): kind
        for kind, lines in words.items()
        for line in lines.splitlines()
        for word in line.split(" | ")
        if word.strip()
    }


_KINDS = fold_words(WORDS)
# How a header names each kind, where the user's language has no other word.
_NAMES = {"serial": "Serial", "location": "Location", "product": "Part"}


class Headers:
    """The headers that a table may have.

    :param words: ``{header: kind}``, further words for the kinds of :data:`WORDS`, such as those of
        the user's language
    :param labels: ``{label: key}`` of the custom fields; several with one label are told apart by
        their keys only
    """

    def __init__(self, words=None, labels=()):
        self._kinds = _KINDS | {fold_header(word): kind for word, kind in (words or {}).items()}
        self._names = _NAMES | {kind: word for word, kind in (words or {}).items()}
        self._labels, self._questions = defaultdict(list), defaultdict(set)
        for label, key in labels:
            self._labels[key].append(label)
            self._questions[fold_header(label)].add(key)

    def find(self, header):
        """Return what a column with this *header* holds: a kind of :data:`WORDS`, the key of a
        custom field, or an empty text where nobody knows."""
        header = header.strip()
        if header.startswith(LEFT_OUT):
            return ""
        if header in self._labels:
            return header
        folded = fold_header(header)
        kind = self._kinds.get(folded, "")
        if kind in RESERVED:
            return kind
        if keys := self._questions.get(folded):
            return min(keys) if len(keys) == 1 else ""
        return kind

    def find_all(self, cells):
        """Return what the columns with these headers hold, see :meth:`find`. Where none has serial
        numbers, one with numbers such as IMEIs has."""
        kinds = [self.find(cell) for cell in cells]
        if "serial" in kinds:
            return kinds
        return ["serial" if kind == "number" else kind for kind in kinds]

    def get_name(self, column):
        """Return a header that :meth:`find` reads as *column*: a kind, or the key of a custom
        field."""
        return self._names.get(column) or next(
            (label for label in self._labels.get(column, ()) if self.find(label) == column), column
        )

    def names_serials(self, header):
        """Return whether *header* is one of serial numbers."""
        return self.find(header) in ("serial", "number")

    def is_quantity(self, header):
        """Return whether *header* is one of quantities, also where the column is left out."""
        return self._kinds.get(fold_header(header.lstrip(LEFT_OUT))) == "quantity"


def is_reserved(label):
    """Return whether a column with this *label* is taken for the serial number, its bin or part."""
    return _KINDS.get(fold_header(label)) in RESERVED
