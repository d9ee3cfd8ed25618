"""The programme's reports as people read them: pages, paper, workbooks and terminals, in one way for all modules."""

from wattstone.interfaces.present.programme.report import About, build_module_report
from wattstone.interfaces.present.programme.words import MODULE_WORDS, module_name, said

__all__ = ["MODULE_WORDS", "About", "build_module_report", "module_name", "said"]
