"""What the methods called by one validation share."""

#: Context key: the :class:`Validation` of the call that is under way.
VALIDATION = "serialized_parts_validation"


class Validation:
    """One call of ``stock.move._action_done``.

    Odoo calls our methods one by one, without arguments of ours: what one of them finds and
    another needs is kept here. It is the only object that we put into the context, and each
    call has its own.
    """

    def __init__(self):
        #: ``{line id: cost}`` of the lines that use up unserialized units.
        self.costs = {}
        #: The ids of the serial numbers whose Source is written already.
        self.documented = set()
        #: The ids of the quants that this call has locked. From here on, for models/fast only.
        self.locked = set()
        #: ``{line id: serial id}`` of the lines that are to get their new serial number together;
        #: None while none are.
        self.assigned = None
        #: The ``QuantBatch`` of the lines that are being done; None while none are.
        self.batch = None

    @classmethod
    def of(cls, env):
        """Return the one that is under way in this environment, else None."""
        validation = env.context.get(VALIDATION)
        # A client may send anything.
        return validation if isinstance(validation, cls) else None
