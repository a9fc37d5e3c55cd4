"""A form field with its label, hint and error beside it, tied together for screen readers."""

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from houqin.web.ui.assets import icon

_CHOICE_LISTS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
_LOOKS = {"segments": "seg", "tiles": "tiles", "chips": "chips"}
EMPTY = SafeString()


def _described_by(field: BoundField, hint: str) -> str:
    ids = [f"{field.auto_id}_hint"] if hint else []
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


def _attributes(field: BoundField, hint: str) -> dict[str, str]:
    attributes = {}
    if described := _described_by(field, hint):
        attributes["aria-describedby"] = described
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def _class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def _control(field: BoundField, hint: str) -> SafeString:
    widget = field.field.widget
    own = widget.attrs.get("class", "")
    classes = f"{_class(widget)} {own}".strip() + (" is-invalid" if field.errors else "")
    return field.as_widget(attrs={**_attributes(field, hint), "class": classes})


def _optional(field: BoundField) -> SafeString:
    """The word “optional”; not beside a field that is needed unless another one is filled in."""
    return (
        EMPTY
        if field.field.required or getattr(field.field, "or_another", False)
        else format_html(' <span class="opt">{}</span>', _("optional"))
    )


def _sentences(field: BoundField) -> list[str]:
    """What is wrong with the field; that it is empty is said with its name."""
    said = []
    for error, message in zip(field.errors.as_data(), field.errors, strict=True):
        plain = error.code == "required" and error.message == forms.Field.default_error_messages["required"]
        if not plain:
            said.append(str(message))
        elif isinstance(field.field, forms.ChoiceField):
            said.append(_("Please choose: %(field)s.") % {"field": field.label})
        else:
            said.append(_("Please fill in: %(field)s.") % {"field": field.label})
    return said


def hint_and_error(field: BoundField, hint: str) -> SafeString:
    """The lines under a control: what to write, and what is wrong with it and how to mend it."""
    below = format_html('<p class="f-hint" id="{}_hint">{}</p>', field.auto_id, hint) if hint else EMPTY
    if not field.errors:
        return below
    errors = format_html_join(" ", "{}", ((error,) for error in _sentences(field)))
    return below + format_html(
        '<p class="f-err" id="{}_error">{}<span>{}</span></p>', field.auto_id, icon("alert-circle"), errors
    )


def _option(look: str, choice: SafeString, label: str, drawing: str) -> SafeString:
    if look == "tiles":
        return format_html('<label class="tile">{}{}{}</label>', choice, icon(drawing or "dots"), label)
    if look in {"segments", "chips"}:
        shape = "chip" if look == "chips" else ""
        return format_html('<label class="{}">{}{}{}</label>', shape, choice, icon("check"), label)
    return format_html(
        '<label class="form-check">{}<span class="form-check-label">{}</span></label>', choice, label
    )


def _options(field: BoundField, look: str, icons: dict[str, str]) -> SafeString:
    for part in field.subwidgets:
        part.data["attrs"]["class"] = "" if look else "form-check-input"
    shown = [
        _option(look, part.tag(), str(part.choice_label), icons.get(str(part.data["value"]), ""))
        for part in field.subwidgets
        if str(part.data["value"]) or not look
    ]
    return format_html('<div class="{}">{}</div>', _LOOKS.get(look, "opts"), SafeString("".join(shown)))


def _group(field: BoundField, *, look: str, hint: str, icons: dict[str, str], label: str) -> SafeString:
    """Radio buttons and checkboxes: a group whose name is the label."""
    widget = field.field.widget
    role = "radiogroup" if isinstance(widget, forms.RadioSelect) else "group"
    return format_html(
        '<div class="field" role="{}" aria-labelledby="{}_label" aria-describedby="{}">'
        '<span class="form-label" id="{}_label">{}{}</span>{}{}</div>',
        role,
        field.auto_id,
        _described_by(field, hint),
        field.auto_id,
        label,
        _optional(field),
        _options(field, look, icons),
        hint_and_error(field, hint),
    )


def field_html(
    field: BoundField,
    *,
    look: str = "",
    hint: str | None = None,
    icons: dict[str, str] | None = None,
    label: str = "",
) -> SafeString:
    """The whole field. `look` is `segments`, `tiles` or `chips` for a choice of one or several."""
    text = str(field.help_text) if hint is None else hint
    name = label or str(field.label)
    widget = field.field.widget
    if field.is_hidden:
        return field.as_widget()
    if isinstance(widget, _CHOICE_LISTS):
        return _group(field, look=look, hint=text, icons=icons or {}, label=name)
    if isinstance(widget, forms.CheckboxInput):
        return format_html(
            '<div class="field"><label class="form-check">{}<span class="form-check-label">{}</span></label>'
            "{}</div>",
            _control(field, text),
            name,
            hint_and_error(field, text),
        )
    return format_html(
        '<div class="field"><label class="form-label" for="{}">{}{}</label>{}{}</div>',
        field.id_for_label,
        name,
        _optional(field),
        _control(field, text),
        hint_and_error(field, text),
    )


def form_errors(form: forms.BaseForm) -> SafeString:
    """What is wrong with the form as a whole, above its first field."""
    errors = form.non_field_errors()
    if not errors:
        return EMPTY
    lines = format_html_join("", "<p>{}</p>", ((error,) for error in errors))
    return format_html(
        '<div class="note c-danger" role="alert">{}<div>{}</div></div>', icon("alert-triangle"), lines
    )
