"""Compiles `scorer/native` while the package is built or installed, where there is a C compiler.

Without one the package does the same in pure Python, more slowly (docs/performance.md).

    python hatch_build.py     compiles what has changed, beside its source
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NATIVE = Path("scorer", "native")


class NativeHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the compiled modules beside their sources, and into the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before a wheel or an editable install is made."""
        if os.environ.get("MAILING_SCORER_PURE"):
            return
        try:
            compile_native(Path(self.root))
        except Exception as error:  # No compiler, no headers of Python: all mean the same here.
            self.app.display_warning(f"built without compiled modules, which is slower: {error}")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["artifacts"] += [f"{NATIVE.as_posix()}/*{suffix}" for suffix in (".so", ".pyd")]


def compile_native(root: Path) -> None:
    """Compile the modules in `scorer/native` that are older than their sources.

    Raises whatever the compiler's tools raise.
    """
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    os.chdir(root)
    modules = []
    for source in sorted(NATIVE.glob("*.pyx")):
        made = source.with_name(source.stem + sysconfig.get_config_var("EXT_SUFFIX"))
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            made.unlink(missing_ok=True)  # What is left after a failure would be of an older source.
            flags = [] if sys.platform == "win32" else ["-O3", "-g0"]
            name = f"{'.'.join(NATIVE.parts)}.{source.stem}"
            modules.append(Extension(name, [str(source)], extra_compile_args=flags))
    if not modules:
        return
    build = str(Path("build", "native"))
    distribution = Distribution(
        {"name": "scorer", "ext_modules": cythonize(modules, build_dir=build, quiet=True)}
    )
    command = build_ext(distribution)
    command.build_lib = command.build_temp = build
    command.inplace = True
    command.parallel = os.cpu_count()
    command.ensure_finalized()
    command.run()


if __name__ == "__main__":
    compile_native(Path(__file__).resolve().parent)
