"""Who has the same trouble (我也遇到), and from when on a fault counts as known or as a bigger one."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from houqin.desk.models.requests import Channel


@pghistory.track(exclude=["link_nonce"])
class Follower(models.Model):
    """Somebody who has the trouble of a request too, and follows it by an own link.

    `request` is the one that was known then; was it merged, its followers follow where it goes on.
    `place` is where the follower has the trouble. Not `counted` is who left a phone number or address
    that is known with this request already, or has an account that is: one more link, but nobody more.
    """

    request = models.ForeignKey("desk.ServiceRequest", on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="follows",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    place = models.ForeignKey(
        "org.Place", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("place")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    since = models.DateTimeField(_("since"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    counted = models.BooleanField(_("one more person affected"), default=True)
    link_nonce = models.CharField(max_length=32)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(name="follower_since", fields=["since"])]
        constraints = [
            models.UniqueConstraint(
                name="follower_once_per_account_and_request",
                fields=["request", "user"],
                condition=Q(left_at__isnull=True, user__isnull=False),
            ),
            models.UniqueConstraint(
                name="follower_once_per_phone_and_request",
                fields=["request", "phone"],
                condition=Q(left_at__isnull=True, user__isnull=True) & ~Q(phone=""),
            ),
            models.UniqueConstraint(
                F("request"),
                Lower("email"),
                name="follower_once_per_address_and_request",
                condition=Q(left_at__isnull=True, user__isnull=True) & ~Q(email=""),
            ),
            models.CheckConstraint(name="follower_channel_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(
                name="follower_left_not_before_since",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.request_id} {self.pk}"


@pghistory.track()
class KnownFaultRules(models.Model):
    """When an open fault counts as the same, and from how many people on it is a bigger one.

    `similarity` is the least likeness of two texts in percent. `room_from` and `building_from` are
    the numbers of people from which the impact is at least a room, at least a building.
    """

    hours = models.PositiveSmallIntegerField(_("hours for which an open fault is shown"), default=72)
    similarity = models.PositiveSmallIntegerField(_("least likeness of two texts, in percent"), default=45)
    room_from = models.PositiveSmallIntegerField(_("from so many people a room is affected"), default=3)
    building_from = models.PositiveSmallIntegerField(
        _("from so many people a building is affected"), default=10
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="known_fault_rules_are_one", condition=Q(pk=1)),
            models.CheckConstraint(
                name="known_fault_similarity_is_a_share", condition=Q(similarity__range=(1, 100))
            ),
            models.CheckConstraint(name="known_fault_hours_positive", condition=Q(hours__gte=1)),
            models.CheckConstraint(
                name="known_fault_more_people_for_a_building",
                condition=Q(room_from__gte=2, building_from__gte=F("room_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} h, {self.similarity} %"
