"""What the lines of the audit log are called in other languages; the log itself keeps its short English words."""

from wattstone.interfaces.present.languages import Language, mark, translator

_DEEDS = {
    "accept": mark("factor accepted"),
    "accept exception": mark("factor accepted"),
    "accept restatement": mark("restatement accepted"),
    "acknowledge alert": mark("alert acknowledged"),
    "add account": mark("account added"),
    "backup": mark("backup made"),
    "board": mark("card moved"),
    "change alert rule": mark("alert rule changed"),
    "change webhook": mark("webhook changed"),
    "close account": mark("account closed"),
    "contract": mark("contract declared"),
    "contract policy": mark("rule for contracts set"),
    "decide scope 3": mark("scope 3 category decided"),
    "demo": mark("sample estate made"),
    "erase account": mark("account erased"),
    "event": mark("event judged"),
    "export": mark("data taken out"),
    "first administrator": mark("first administrator added"),
    "import contracts": mark("contracts imported"),
    "import measures": mark("measures taken in"),
    "import meters": mark("meters taken in"),
    "import sites": mark("sites taken in"),
    "ingest": mark("readings taken in"),
    "invite": mark("invitation made"),
    "job": mark("job asked for"),
    "join": mark("invitation accepted"),
    "let pass": mark("finding let pass"),
    "link account": mark("account linked"),
    "make alert rule": mark("alert rule made"),
    "make key": mark("key made"),
    "make webhook": mark("webhook added"),
    "measure": mark("measure declared"),
    "meter": mark("meter declared"),
    "organisation": mark("organisation declared"),
    "own factors": mark("own factors kept"),
    "password": mark("password changed"),
    "password by link": mark("password set by a link"),
    "password link": mark("link to a new password made"),
    "plant data": mark("plant table added"),
    "plant file": mark("plant file kept"),
    "propose restatement": mark("restatement proposed"),
    "refused": mark("act refused"),
    "reject restatement": mark("restatement rejected"),
    "release": mark("year released"),
    "remove alert rule": mark("alert rule removed"),
    "remove measure": mark("measure removed"),
    "remove member": mark("member removed"),
    "remove own factors": mark("own factors removed"),
    "remove webhook": mark("webhook removed"),
    "restore": mark("backup restored"),
    "revoke key": mark("key made void"),
    "role": mark("role given"),
    "rotate webhook": mark("webhook secret changed"),
    "send alert again": mark("alert sent again"),
    "set base-year policy": mark("base-year policy set"),
    "sign-in": mark("signed in"),
    "sign-in refused": mark("sign-in refused"),
    "sign-out": mark("signed out"),
    "sign-out everywhere": mark("signed out everywhere"),
    "site": mark("site declared"),
    "site data": mark("site table added"),
    "site file": mark("site file kept"),
    "sizes data": mark("size table added"),
    "sizes file": mark("size file kept"),
    "space": mark("space declared"),
    "state denominator": mark("denominator stated"),
    "station data": mark("station table added"),
    "station file": mark("station file kept"),
    "withdraw contract": mark("contract withdrawn"),
    "withdraw denominator": mark("denominator withdrawn"),
    "withdraw invitation": mark("invitation withdrawn"),
}


def deed_name(deed: str, lang: Language) -> str:
    """What was done: in English the log's own words, which commands and the API show too; else in the language's.

    Examples
    --------
    >>> deed_name("make key", "en"), deed_name("make key", "zh"), deed_name("something else", "zh")
    ('make key', '创建密钥', 'something else')
    """
    return translator(lang)(_DEEDS[deed]) if lang != "en" and deed in _DEEDS else deed
