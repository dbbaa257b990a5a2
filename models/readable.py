"""What a message may name: records that the user may read, also where the code runs with all
rights, as constraints do."""


def filter_readable(records):
    """Return those of *records*, whichever rights they come with, that the user may read."""
    env = records.env
    # The companies of documents need not be the user's.
    own = env.user._get_company_ids()
    allowed = env.context.get("allowed_company_ids") or own
    companies = [company for company in allowed if company in own]
    # No rights but the user's.
    user = records.sudo(False).with_context(allowed_company_ids=companies)
    return user._filtered_access("read").with_env(env)


def name_readable(records, hidden):
    """Return the names of those of *records* that the user may read, as text for a message.

    :param str hidden: what stands for them where the user may read none
    """
    names = filter_readable(records).mapped("display_name")
    return ", ".join(dict.fromkeys(names)) or hidden
