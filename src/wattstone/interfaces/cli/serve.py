"""Commands of the server: serve, work."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wattstone.interfaces.cli import options

if TYPE_CHECKING:
    from wattstone.interfaces.app.serve import Served
    from wattstone.interfaces.cli.output import Output

Root = Annotated[
    Path, typer.Argument(metavar="ROOT", help="A workspace, or a folder of workspaces.", show_default=False)
]
Log = Annotated[
    Literal["auto", "json", "text"],
    typer.Option("--log", help="Form of the log on standard error; auto: words in a terminal, else JSON."),
]


def serve(
    root: Root,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes one that is free.")] = 8000,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer requests.")] = 1,
    jobs: Annotated[int, typer.Option(min=0, max=64, help="Processes that do jobs.")] = 1,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy in front speaks https and names who asks.")
    ] = False,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", callback=options.there, help="Certificate (PEM), for https.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", callback=options.there, help="Its private key (PEM).")
    ] = None,
    workers: options.Workers = None,
    log: Log = "auto",
    lang: options.Lang = "en",
) -> None:
    """Serve the pages and the API of a workspace, or of many, until Ctrl+C."""
    from wattstone.interfaces.app.serve import Address
    from wattstone.interfaces.cli.output import Output

    if (certificate is None) != (key is None):
        raise typer.BadParameter("--certificate and --key go together")
    address = Address(host=host, port=port, behind_proxy=behind_proxy, certificate=certificate, key=key)
    output = Output(lang=lang)
    run(root, address, output, processes=processes, jobs=jobs, workers=workers, log=log)


def run(
    root: Path,
    address: object,
    output: "Output",
    *,
    processes: int = 1,
    jobs: int = 1,
    workers: str | None = None,
    log: str = "auto",
) -> None:
    """Serve, and say where once people can come; `demo` goes on to it."""
    from wattstone.interfaces.app.serve import Address, make_if_empty
    from wattstone.interfaces.app.serve import serve as begin
    from wattstone.interfaces.present.languages import translator

    assert isinstance(address, Address)
    t = translator(output.lang)
    if make_if_empty(root):
        output.say(t("Made the workspace {root}.", root=root))
    code = begin(
        root,
        address,
        processes=processes,
        jobs=jobs,
        workers=workers,
        log=log,
        ready=lambda served: told(served, output),
    )
    if code:
        raise typer.Exit(code)


def serve_demo(root: Path, output: "Output") -> None:
    """Go on to serve a demo: at the usual port if that is free; nothing where the extra is not installed."""
    from wattstone.base import InputRefused
    from wattstone.interfaces.cli.demo_served import servable
    from wattstone.interfaces.present.languages import translator

    t = translator(output.lang)
    if not servable():
        output.say(
            "", t("To see it in a browser: pip install 'wattstone[server]', then wattstone serve {root}", root=root)
        )
        return
    from wattstone.interfaces.app.serve import Address

    output.say("")
    try:
        run(root, Address(), output, log="text")
    except InputRefused as refused:
        if [one.code for one in refused.findings] != ["serve.port_taken"]:
            raise
        run(root, Address(port=0), output, log="text")


def told(served: "Served", output: "Output") -> None:
    """Say where the server is, and how the first account is made."""
    from wattstone.interfaces.present.languages import translator

    t = translator(output.lang)
    output.say(t("Wattstone is at {url} (Ctrl+C stops it).", url=served.url))
    if served.code is not None:
        output.say(
            t("There is no account yet. Open {url} and enter this code:", url=f"{served.url}/start"),
            "",
            f"    {served.code}",
            "",
            t("It can be used once, within 10 minutes. When it has run out, start the server again for a new one."),
        )


def work(root: Root, workers: options.Workers = None, log: Log = "auto") -> None:
    """Do the jobs of a server, beside it or on another machine, until Ctrl+C."""
    from wattstone.interfaces.app.serve import work as begin

    begin(root, workers=workers, log=log)


COMMANDS = (serve, work)
