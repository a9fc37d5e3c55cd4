"""What a report by mail is filed under until a person looks at it."""

from houqin.desk.models import Category

OTHER = ("other", "qt", "misc")


def category_for_mail() -> Category | None:
    """Return the category for what nobody has classified: 其他, else the last one that people are offered."""
    active = Category.objects.filter(active=True)
    named = active.filter(code__in=OTHER).first() or active.filter(name__startswith="其他").first()
    return named or active.order_by("-position", "-code").first()
