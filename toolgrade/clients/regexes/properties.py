r"""The names of Unicode properties that `\p{...}` takes. Scripts are not listed: any may be one."""

from __future__ import annotations

import re

_CATEGORIES = """
Cased_Letter LC Close_Punctuation Pe Connector_Punctuation Pc Control Cc cntrl Currency_Symbol Sc
Dash_Punctuation Pd Decimal_Number Nd digit Enclosing_Mark Me Final_Punctuation Pf Format Cf
Initial_Punctuation Pi Letter L Letter_Number Nl Line_Separator Zl Lowercase_Letter Ll Mark M
Combining_Mark Math_Symbol Sm Modifier_Letter Lm Modifier_Symbol Sk Nonspacing_Mark Mn Number N
Open_Punctuation Ps Other C Other_Letter Lo Other_Number No Other_Punctuation Po Other_Symbol So
Paragraph_Separator Zp Private_Use Co Punctuation P punct Separator Z Space_Separator Zs
Spacing_Mark Mc Surrogate Cs Symbol S Titlecase_Letter Lt Unassigned Cn Uppercase_Letter Lu
"""
_BINARY = """
ASCII ASCII_Hex_Digit AHex Alphabetic Alpha Any Assigned Bidi_Control Bidi_C Bidi_Mirrored Bidi_M
Case_Ignorable CI Cased Changes_When_Casefolded CWCF Changes_When_Casemapped CWCM
Changes_When_Lowercased CWL Changes_When_NFKC_Casefolded CWKCF Changes_When_Titlecased CWT
Changes_When_Uppercased CWU Dash Default_Ignorable_Code_Point DI Deprecated Dep Diacritic Dia
Emoji Emoji_Component EComp Emoji_Modifier EMod Emoji_Modifier_Base EBase Emoji_Presentation EPres
Extended_Pictographic ExtPict Extender Ext Grapheme_Base Gr_Base Grapheme_Extend Gr_Ext Hex_Digit
Hex IDS_Binary_Operator IDSB IDS_Trinary_Operator IDST ID_Continue IDC ID_Start IDS Ideographic
Ideo Join_Control Join_C Logical_Order_Exception LOE Lowercase Lower Math
Noncharacter_Code_Point NChar Pattern_Syntax Pat_Syn Pattern_White_Space Pat_WS Quotation_Mark
QMark Radical Regional_Indicator RI Sentence_Terminal STerm Soft_Dotted SD Terminal_Punctuation
Term Unified_Ideograph UIdeo Uppercase Upper Variation_Selector VS White_Space space XID_Continue
XIDC XID_Start XIDS
"""
CATEGORIES = frozenset(_CATEGORIES.split())
LONE = CATEGORIES | frozenset(_BINARY.split())
_VALUE = re.compile(r"[A-Za-z0-9_]{1,80}", re.ASCII)
_LOOSE = re.compile(r"[A-Za-z0-9_ =:!-]{2,80}", re.ASCII)
_MAJOR = frozenset("CLMNPSZ")
_OF_CATEGORY = frozenset({"General_Category", "gc"})
_OF_SCRIPT = frozenset({"Script", "sc", "Script_Extensions", "scx"})


def is_property(name: str, *, is_loose: bool) -> bool:
    r"""Return whether `\p{name}` may name a property: as JavaScript spells them, or loosely, as
    Rust does (in any case, and a script without `Script=`).

    >>> is_property("Lu", is_loose=False), is_property("greek", is_loose=True)
    (True, True)
    """
    if is_loose:
        return name.upper() in _MAJOR or bool(_LOOSE.fullmatch(name))
    kind, equals, value = name.partition("=")
    if not equals:
        return name in LONE
    if kind in _OF_CATEGORY:
        return value in CATEGORIES
    return kind in _OF_SCRIPT and bool(_VALUE.fullmatch(value))
