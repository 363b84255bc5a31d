"""Administrative divisions with dates, and the days on which the official calendar is overruled."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RegionLevel(models.IntegerChoices):
    """How deep a division lies; one less deep contains it."""

    PROVINCE = 0, _("省级")
    CITY = 1, _("地级")
    COUNTY = 2, _("县级")
    TOWNSHIP = 3, _("乡级")


class RegionKind(models.TextChoices):
    """What a division is. ``grouping`` holds counties together without a government of its own."""

    PROVINCE = "province", _("省")
    AUTONOMOUS_REGION = "autonomous_region", _("自治区")
    MUNICIPALITY = "municipality", _("直辖市")
    SPECIAL_REGION = "special_region", _("特别行政区")
    CITY = "city", _("地级市")
    PREFECTURE = "prefecture", _("地区")
    AUTONOMOUS_PREFECTURE = "autonomous_prefecture", _("自治州")
    LEAGUE = "league", _("盟")
    GROUPING = "grouping", _("直辖分组")
    DISTRICT = "district", _("市辖区")
    COUNTY = "county", _("县")
    COUNTY_CITY = "county_city", _("县级市")
    AUTONOMOUS_COUNTY = "autonomous_county", _("自治县")
    BANNER = "banner", _("旗")
    AUTONOMOUS_BANNER = "autonomous_banner", _("自治旗")
    STATISTICAL_ZONE = "statistical_zone", _("统计用管理区")
    STREET = "street", _("街道")
    TOWN = "town", _("镇")
    TOWNSHIP = "township", _("乡")
    ETHNIC_TOWNSHIP = "ethnic_township", _("民族乡")
    OTHER = "other", _("其他")


class Region(models.Model):
    """One division from one day to another.

    ``code`` has 6 digits down to the county, 9 for a township. ``valid_from`` empty: from before
    our data begin; ``valid_to`` is the first day on which it no longer existed. A successor names
    the code it took over in ``predecessor_code``. Written by ``load_regions`` alone; it holds
    every county of the country and the townships of the networks that run here.
    """

    code = models.CharField(max_length=9)
    name = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(choices=RegionLevel)
    parent_code = models.CharField(max_length=6, blank=True)
    kind = models.CharField(max_length=24, choices=RegionKind)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    predecessor_code = models.CharField(max_length=9, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="region_code_begins_once",
                fields=["code", "valid_from"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="region_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
        ]
        indexes = [
            # The region picker: the divisions inside one.
            models.Index(name="region_of_parent", fields=["parent_code", "code"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def was_valid(self, on: date) -> bool:
        """Tell whether the division existed on a day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on < self.valid_to)


class CalendarOverride(models.Model):
    """A day that is worked, or not, against what the official calendar of the package says.

    Entered by the administrator of the network when the State Council's notice is out before the
    package knows it, or when a place is closed. ``source`` names the notice.
    """

    day = models.DateField(unique=True)
    is_working_day = models.BooleanField()
    source = models.CharField(max_length=200)
    entered_by = models.CharField(max_length=40)
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day} {'+' if self.is_working_day else '-'}"
