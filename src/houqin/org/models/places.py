"""The tree of places, from the site down to the room."""

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from houqin.kernel.bilingual import in_language
from houqin.kernel.text_search import Searchable


class PlaceType(models.TextChoices):
    """What a place is; the order is the order of nesting."""

    SITE = "site", _("site")
    BUILDING = "building", _("building")
    FLOOR = "floor", _("floor")
    ROOM = "room", _("room")
    ZONE = "zone", _("zone")
    OUTDOOR = "outdoor", _("outdoor area")


# The lineage and the labels are kept by the database, so that a bulk import or a move in SQL
# cannot leave them behind. The place above is locked meanwhile: two moves at once could otherwise
# put each of two places into the other. A floor is left out of the label of what stands on it.
_KEEP_LINEAGE = """
    IF NEW.parent_id IS NULL THEN
        NEW.lineage := ARRAY[NEW.id];
        NEW.label := NEW.name;
        NEW.label_en := CASE WHEN NEW.name_en <> '' THEN NEW.name_en ELSE NEW.name END;
        RETURN NEW;
    END IF;
    SELECT * INTO above FROM org_place WHERE id = NEW.parent_id FOR SHARE;
    IF NEW.id = ANY(above.lineage) THEN
        RAISE EXCEPTION 'a place cannot stand inside itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'place_not_inside_itself';
    END IF;
    NEW.lineage := above.lineage || NEW.id;
    IF above.type = 'floor' AND above.parent_id IS NOT NULL THEN
        SELECT * INTO above FROM org_place WHERE id = above.parent_id;
    END IF;
    IF above.type = 'site' THEN
        NEW.label := NEW.name;
        NEW.label_en := CASE WHEN NEW.name_en <> '' THEN NEW.name_en ELSE NEW.name END;
    ELSE
        NEW.label := above.label || ' · ' || NEW.name;
        NEW.label_en := above.label_en || ' · '
            || CASE WHEN NEW.name_en <> '' THEN NEW.name_en ELSE NEW.name END;
    END IF;
    RETURN NEW;
"""

# Touching the children makes their own trigger run, level by level.
_LINEAGE_DOWN = """
    UPDATE org_place SET parent_id = parent_id WHERE parent_id = NEW.id;
    RETURN NULL;
"""

_RELABELLED = pgtrigger.UpdateOf("parent_id", "name", "name_en", "type")  # type: ignore[no-untyped-call]


@pghistory.track(exclude=["search_text", "search_grams", "lineage", "label", "label_en"])
class Place(Searchable):
    """A spot where something can need care: site, building, floor, room, zone or outdoor area."""

    Type = PlaceType

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("inside"),
    )
    type = models.CharField(_("type"), max_length=10, choices=PlaceType.choices, default=PlaceType.ROOM)
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    area_m2 = models.DecimalField(_("area (m²)"), max_digits=10, decimal_places=2, null=True, blank=True)
    use = models.CharField(_("use"), max_length=60, blank=True)
    criticality = models.PositiveSmallIntegerField(_("criticality (1–5)"), default=3)
    calendar = models.ForeignKey(
        "org.Calendar", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("working calendar")
    )
    department = models.ForeignKey(
        "org.Department", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("department")
    )
    position = models.PositiveIntegerField(_("position in the list"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    lineage = ArrayField(models.BigIntegerField(), default=list, editable=False)
    label = models.TextField(default="", editable=False)
    label_en = models.TextField(default="", editable=False)

    class Meta:
        ordering = ["position", "code"]
        indexes = [
            Searchable.search_index("place_search"),
            GinIndex(fields=["lineage"], name="place_lineage"),
            models.Index(fields=["type", "code"], name="place_type_code"),
        ]
        constraints = [
            models.CheckConstraint(name="place_type_known", condition=Q(type__in=PlaceType.values)),
            models.CheckConstraint(name="place_criticality_1_to_5", condition=Q(criticality__range=(1, 5))),
            models.CheckConstraint(
                name="place_area_not_negative", condition=Q(area_m2__isnull=True) | Q(area_m2__gte=0)
            ),
            models.CheckConstraint(
                name="place_site_stands_at_the_top", condition=~Q(type="site") | Q(parent__isnull=True)
            ),
            models.CheckConstraint(name="place_not_its_own_parent", condition=~Q(parent=F("pk"))),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="place_keeps_lineage",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | _RELABELLED,
                declare=[("above", "org_place%ROWTYPE")],
                func=_KEEP_LINEAGE,
            ),
            pgtrigger.Trigger(
                name="place_passes_lineage_down",
                when=pgtrigger.After,
                operation=_RELABELLED,
                condition=pgtrigger.Condition(
                    "OLD.lineage IS DISTINCT FROM NEW.lineage OR OLD.label IS DISTINCT FROM NEW.label"
                    " OR OLD.label_en IS DISTINCT FROM NEW.label_en OR OLD.type IS DISTINCT FROM NEW.type"
                ),
                func=_LINEAGE_DOWN,
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.label or self.name, self.label_en or self.name_en)

    @property
    def own_name(self) -> str:
        """The name without the places around it, in the reader's language."""
        return in_language(self.name, self.name_en)
