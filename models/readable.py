"""The records that a message may name: those that the user may read, even where the code runs
with sudo, as constraints do."""


def filter_readable(records):
    """Return those of *records* that the user may read, even if they come with sudo."""
    env = records.env
    # The companies in the context may be a document's rather than the user's.
    own = env.user._get_company_ids()
    allowed = env.context.get("allowed_company_ids") or own
    companies = [company for company in allowed if company in own]
    # With no rights but the user's.
    user = records.sudo(False).with_context(allowed_company_ids=companies)
    return user._filtered_access("read").with_env(env)


def name_readable(records, hidden):
    """Return the names of those of *records* that the user may read, as text for a message.

    :param str hidden: the text to use where the user may read none
    """
    names = filter_readable(records).mapped("display_name")
    return ", ".join(dict.fromkeys(names)) or hidden


class ReadableNames:
    """The names of records of any models, as far as the user may read them. However many they are,
    each model takes the same number of queries.

    :param recordsets: what is asked for later, with all rights
    """

    def __init__(self, recordsets):
        ids, self._readable = {}, {}
        for records in recordsets:
            ids.setdefault(records.browse(), {}).update(dict.fromkeys(records.ids))
        for model, its_ids in ids.items():
            self._readable[model._name] = set(filter_readable(model.browse(its_ids)).ids)

    def __contains__(self, record):
        return record.id in self._readable.get(record._name, ())

    def get(self, record, hidden=None):
        """Return the name of *record*; *hidden* if there is none, or the user may not read it."""
        return record.display_name if record in self else hidden
