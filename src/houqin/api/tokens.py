"""The caller's own tokens."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query as FromQuery
from pydantic import BaseModel, Field

from houqin.accounts.actions import tokens
from houqin.accounts.models import ApiToken
from houqin.accounts.queries.tokens import live_tokens
from houqin.api.answers import Page, answer
from houqin.api.attached import ROOT
from houqin.api.auth import person_of, token_of
from houqin.api.inputs import Input, Moment, Name, Query
from houqin.api.paging import NEWEST, page
from houqin.api.registers import changed
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.versions import content_tag
from houqin.kernel.errors import Invalid

area = Area()


class TokenRow(BaseModel):
    """A token; only its first characters stay readable."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    last_used_at: dt.datetime | None = Field(description="Exact to a few minutes.")


class TokenDetail(TokenRow):
    """A token in full."""


class NewTokenAnswer(TokenRow):
    """A new token. The secret is told this once; a repeated call does not tell it again."""

    secret: str | None


class TokenIn(Input):
    """What the token is for, what it may do, and until when."""

    name: Annotated[Name, Field(max_length=80)]
    scopes: Annotated[list[Literal["read", "write", "calls"]], Field(min_length=1, max_length=3)]
    expires_at: Moment | None = None


@area.get("", response=Page[TokenRow])
def list_tokens(request: HttpRequest, wanted: FromQuery[Query]) -> HttpResponse:
    """The caller's tokens that still open something, newest first."""
    part = page(live_tokens(person_of(request)), NEWEST, limit=wanted.limit, cursor=wanted.cursor)
    return answer(Page[TokenRow](items=[TokenRow(**_facts(row)) for row in part.rows], next=part.next))


@area.post("", response={201: NewTokenAnswer})
def create_token(request: HttpRequest, payload: TokenIn) -> HttpResponse:
    """Make another token for the caller; it ends no later than the one that makes it."""
    limit = token_of(request).expires_at
    if limit is not None and (payload.expires_at is None or payload.expires_at > limit):
        raise Invalid(_("It cannot outlive the token that makes it."), field="expires_at")
    made, secret = tokens.make(
        person=person_of(request), name=payload.name, scopes=payload.scopes, expires_at=payload.expires_at
    )
    told = answer(
        NewTokenAnswer(**_facts(made), secret=secret), status=201, location=f"{ROOT}/tokens/{made.pk}"
    )
    told.kept = answer(NewTokenAnswer(**_facts(made), secret=None)).content  # type: ignore[attr-defined]
    return told


@area.delete("/{int:key}", response=TokenDetail)
def revoke_token(request: HttpRequest, key: int) -> HttpResponse:
    """End a token; it opens nothing from the next call on."""
    row = found(ApiToken.objects.filter(user=person_of(request)), pk=key)
    shape = shown(changed(request, row, shown, lambda token: tokens.revoke(token=token)))
    return answer(shape, etag=content_tag(shape))


def shown(row: ApiToken) -> TokenDetail:
    """A token in full."""
    return TokenDetail(**_facts(row))


def _facts(row: ApiToken) -> dict[str, Any]:
    return {"id": row.pk, **{name: getattr(row, name) for name in TokenRow.model_fields if name != "id"}}
