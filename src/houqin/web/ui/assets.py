"""Addresses of the built front end, read once per process from Vite's manifest."""

from functools import lru_cache

from django.utils.safestring import SafeString
from django_vite.core.asset_loader import DjangoViteAssetLoader

ENTRY = "src/main.ts"
SPRITE = "icons.svg"


@lru_cache(maxsize=1)
def head_tags() -> SafeString:
    """The `<link>` and `<script>` of the one entry, with hashed names."""
    return SafeString(DjangoViteAssetLoader.instance().generate_vite_asset(ENTRY))


@lru_cache(maxsize=1)
def sprite_url() -> str:
    """Where the icon sprite is served."""
    return str(DjangoViteAssetLoader.instance().generate_vite_asset_url(SPRITE))


@lru_cache(maxsize=512)
def icon(name: str) -> SafeString:
    """The icon `name` of the sprite; it says nothing to a screen reader, the word beside it does."""
    return SafeString(f'<svg class="ti" aria-hidden="true"><use href="{sprite_url()}#{name}"/></svg>')
