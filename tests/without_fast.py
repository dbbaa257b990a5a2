from contextlib import contextmanager

#: Where the code is that changes nothing but time.
ROOM = "odoo.addons.serialized_parts.models.fast"


@contextmanager
def without_fast(registry):
    """Take what changes nothing but time out of the models, as SERIALIZED_PARTS_FAST=0 does when
    Odoo starts."""
    bases = {model: model.__bases__ for model in registry.values()}
    slow = {
        model: tuple(base for base in its_bases if not base.__module__.startswith(ROOM))
        for model, its_bases in bases.items()
    }
    changed = [model for model in bases if slow[model] != bases[model]]
    try:
        for model in changed:
            model.__bases__ = slow[model]
        yield
    finally:
        for model in changed:
            model.__bases__ = bases[model]
