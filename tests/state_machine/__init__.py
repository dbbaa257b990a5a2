"""A machine that plays ordinary and less ordinary stock operations, and checks what is promised."""

from .machine import Broken, step
from .play import NOT_OURS, Ledger, explore, replay, shrink, soak
from .rules import YardMachine
from .yard import Yard
