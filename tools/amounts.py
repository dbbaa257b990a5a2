"""Amounts of money."""


def round_together(currency, amounts):
    """Return *amounts* rounded to the currency, so that their sum is the rounded sum.

    :param currency: a ``res.currency``, whose ``round`` rounds an amount
    """
    rounded, exact, given = [], 0.0, 0.0
    for amount in amounts:
        exact += amount
        rounded.append(currency.round(currency.round(exact) - given))
        given += rounded[-1]
    return rounded
