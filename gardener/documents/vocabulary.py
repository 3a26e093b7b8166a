"""The many words people use for the same thing: field names, column headers, states, severities, and "nothing"."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gardener.core.belief import BeliefStatus
    from gardener.core.finding import Severity
    from gardener.core.tracker import RowStatus


def _table(words: Mapping[str, str]) -> dict[str, str]:
    return {word.strip(): key for key, line in words.items() for word in line.split(",")}


BELIEF_FIELDS = _table(
    {
        "why": "why,rationale,reason,reasons,reasoning,motivation,because,background,context,"
        "理由,原因,为什么,为何,背景,なぜ,根拠",
        "how": "how,how to apply,how to apply it,how we apply it,in practice,practice,implication,implications,"
        "consequence,consequences,what this means,application,action,actions,do this,apply,"
        "做法,如何应用,含义,影响,実践,適用方法,意味,含意,具体策",
        "scope": "scope,applies to,apply to,paths,path,files,where,area,areas,范围,适用范围,範囲,適用範囲,対象",
        "severity": "severity,priority,严重度,严重程度,优先级,重要度,優先度",
        "enforced": "enforced by,enforced,enforcement,enforced via,enforced in,check,checks,checked by,verified by,"
        "verification,verify,guarded by,guard,mechanism,how enforced,how it is enforced,enforcement mechanism,tooling,"
        "检查,强制,强制方式,执行,执行方式,验证,強制,強制方法,検証,検証方法,チェック,担保,仕組み,强制手段",
        "guardrail": "guardrail,guard rail,护栏,ガードレール",
        "when": "when",
        "status": "status,state,状态,狀態,状態,ステータス",
        "evidence": "evidence,references,reference,source,sources,links,see also,see,origin,证据,来源,出典,参照",
        "exceptions": "exceptions,exception,exemptions,exempt,unless,例外",
        "examples": "example,examples,do,don't,dont,good,bad,示例,例,例子,サンプル",
        "owner": "owner,owners,负责人,担当,担当者,オーナー",
        "updated": "last updated,updated,last reviewed,reviewed,last verified,last verified against commit,更新,"
        "最后更新,最終更新",
    }
)

TRACKER_COLUMNS = _table(
    {
        "id": "id,#,no,no.,nr,number,key,ref,debt id,ticket,issue,item id,编号,序号,番号",
        "area": "area,domain,component,module,package,layer,location,where,file,files,service,subsystem,scope,"
        "领域,模块,区域,位置,範囲,モジュール,領域",
        "title": "debt,title,item,description,issue description,what,summary,name,problem,task,debt item,tech debt,"
        "technical debt,gap,finding,debt description,"
        "描述,说明,债务,债务项,问题,项目,事项,内容,項目,説明,概要,タイトル,負債",
        "severity": "severity,priority,prio,impact,risk,urgency,sev,p,"
        "严重度,严重程度,严重性,优先级,影响,重要度,優先度,深刻度",
        "status": "status,state,resolved?,done,done?,progress,状态,狀態,现状,状態,ステータス",
        "belief": "belief,beliefs,principle,guardrail,rule,enforces,原则,原則",
        "evidence": "evidence,link,links,source,pr,origin,reference,references,证据,来源,出典,根拠",
        "opened": "opened,created,date,added,since,first seen,introduced,logged,opened on,created at,recorded,"
        "创建,创建时间,日期,提出日,作成日,発生日",
        "owner": "owner,owners,assignee,assigned,responsible,负责人,担当,担当者,オーナー",
        "done_when": "done when,exit,exit criteria,exit criterion,exit condition,definition of done,acceptance,"
        "acceptance criteria,resolution,suggested fix,fix,proposed fix,next step,next steps,remediation,"
        "follow-up,follow-ups,follow up,plan,action,mitigation,"
        "验收,退出条件,修复建议,下一步,解决方案,完了条件,対応,対応策",
        "schedule": "schedule,phase,milestone,target,target date,due,due date,eta,when,trigger,proposed trigger,"
        "计划,目标日期,期限,予定",
    }
)

GRADE_COLUMNS = _table(
    {
        "area": "area,domain,module,component,package,layer,service,subsystem,领域,模块,区域,領域,モジュール",
        "grade": "grade,score,overall,quality,rating,overall grade,quality grade,评分,等级,得分,总分,評価,スコア",
    }
)

RADAR_COLUMNS = _table(
    {
        "name": "technology,tech,library,package,tool,dependency,name,framework,module,技术,库,技術,ライブラリ",
        "ring": "status,ring,decision,verdict,state,approved?,allowed,allowed?,状态,状態,決定,判定",
        "modules": "import,imports,modules,import name,import names,import as,模块名",
        "instead": "instead,alternative,alternatives,replacement,use instead,replaced by,prefer,替代,替代方案,代替",
        "reason": "reason,why,rationale,notes,note,comment,comments,purpose,use,原因,理由,备注,備考",
    }
)

_OPEN = (
    "open,todo,to do,new,active,pending,planned,accepted,backlog,identified,not started,proposed,confirmed,deferred,"
)
_OPEN += "blocked,unresolved,outstanding,🔴,⚪,⬜,⏳,未解决,待处理,未处理,打开,开放,待办,未着手,未対応,オープン,保留"
_PROGRESS = "in progress,in-progress,wip,doing,started,ongoing,partial,partially resolved,partially done,mostly done,"
_PROGRESS += "partially fixed,in review,mitigated,monitoring,🟡,🟠,🚧,🔄,进行中,处理中,部分解决,進行中,対応中,一部対応"
_RESOLVED = "resolved,closed,done,fixed,complete,completed,paid,paid off,paid down,retired,obsolete,wontfix,won't fix,"
_RESOLVED += (
    "merged,shipped,removed,finished,cancelled,canceled,✅,✔,✓,☑,🟢,x,yes,已解决,已完成,完成,关闭,已关闭,已修复,"
)
_RESOLVED += "解決済み,解決済,対応済み,対応済,完了,クローズ"
STATUSES: dict[str, RowStatus] = {
    **dict.fromkeys(_OPEN.split(","), "open"),
    **dict.fromkeys(_PROGRESS.split(","), "progress"),
    **dict.fromkeys(_RESOLVED.split(","), "resolved"),
}

_BELIEF_STATES: dict[str, BeliefStatus] = {
    **dict.fromkeys(("proposed", "draft", "advisory", "trial", "aspirational", "提案", "草案"), "proposed"),
    **dict.fromkeys(
        ("retired", "deprecated", "superseded", "removed", "obsolete", "rejected", "废弃", "廃止"), "retired"
    ),
}
_SEVERITY_WORDS: dict[str, Severity] = {
    **dict.fromkeys(
        ("p0", "critical", "crit", "blocker", "urgent", "sev0", "s0", "致命", "紧急", "緊急", "严重"), "P0"
    ),
    **dict.fromkeys(("p1", "high", "major", "sev1", "s1", "高", "🔴"), "P1"),
    **dict.fromkeys(("p2", "medium", "med", "moderate", "normal", "sev2", "s2", "中", "🟡", "🟠"), "P2"),
    **dict.fromkeys(("p3", "p4", "p5", "low", "minor", "trivial", "nice to have", "sev3", "s3", "低", "🟢"), "P3"),
}
_PHASE = re.compile(r"^(?:phase|milestone|sprint|q[1-4]\b|v\d|week|阶段|フェーズ)", re.IGNORECASE)
_NOTHING = re.compile(
    r"[\W_]*|(?:\(?(?:none|nothing|n/?a|tbd|empty|none yet|no items?(?: yet)?|no open (?:items|debt)|"
    r"无|暂无|なし|未定)\)?)[.。]?",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[*_`~]+")


def plain(text: str) -> str:
    """`text` without the marks of emphasis and code, one space between words."""
    return " ".join(_MARKS.sub("", text).split())


def key(text: str) -> str:
    """`text` as it is looked up: compatible forms, lower case, without marks and punctuation around it."""
    folded = unicodedata.normalize("NFKC", plain(text)).casefold().replace("\u2019", "'")
    return folded.strip(" \t:.。()[]|")


def is_nothing(text: str) -> bool:
    """True for a cell or field that says nothing: empty, a dash, `none`, `(none yet)`."""
    return _NOTHING.fullmatch(plain(text)) is not None


def severity_of(text: str) -> Severity | None:
    """The gravest severity that a text names: `P1`, `High`, `medium/high`, `高`; None when it names none."""
    folded = key(text)
    if not folded or _PHASE.match(folded):
        return None
    words = [folded, *re.split(r"[\s/,|\u2013\u2014>\u2192()-]+", folded)]
    named = [_SEVERITY_WORDS[word] for word in words if word in _SEVERITY_WORDS]
    if not re.search(r"[^高中低致命紧急緊严重🔴🟡🟠🟢~\s/-]", folded):
        named += [_SEVERITY_WORDS[char] for char in folded if char in _SEVERITY_WORDS]
    return min(named, default=None)


def is_schedule(text: str) -> bool:
    """True for `Phase 3` and the like, which say when and not how grave."""
    return _PHASE.match(key(text)) is not None


def status_of(text: str) -> RowStatus | None:
    """The status that a text begins with; None when it says nothing known."""
    folded = key(text)
    for length in range(min(len(folded), 24), 0, -1):
        word = folded[:length]
        whole = length == len(folded) or not (word[-1].isalnum() and word.isascii() and folded[length].isalnum())
        if whole and word.strip() in STATUSES:
            return STATUSES[word.strip()]
    return None


def belief_status_of(text: str) -> BeliefStatus:
    """`proposed`, `retired`, or `active` for everything else."""
    first = re.split(r"[\s,;:(]+", key(text) or "active")[0]
    return _BELIEF_STATES.get(first, "active")
