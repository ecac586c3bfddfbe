"""What persons decided where no number decides."""

from __future__ import annotations

from django.db import models

from alula.growth.models.firms import Firm
from alula.kernel import clock
from alula.kernel.ids import new_id


class Decision(models.Model):
    """A person's judgement of a firm, or its taking back. Rows are only added; the newest of a judgement counts.

    The answer itself stands in the firm's facts, where the rules look; a row says whose it is. One in the facts to which
    the newest row does not fit was stated with the facts and is the firm's own word.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    firm = models.ForeignKey(Firm, models.CASCADE, related_name="decisions")
    judgement = models.CharField(max_length=60, help_text="What was judged: an id of the rule files.")
    holds = models.BooleanField(null=True, help_text="Empty: taken back, to be judged again.")
    note = models.TextField(blank=True, help_text="Why; the firm reads it.")
    application = models.ForeignKey(
        "growth.Application",
        models.SET_NULL,
        null=True,
        help_text="What was being checked; none: self-stated.",
    )
    confirmed = models.BooleanField(help_text="By an agency that checked an application; else self-stated.")
    person_id = models.UUIDField()
    by_tenant_id = models.UUIDField(help_text="The tenant in which they acted.")
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        db_table = "growth_decision"
        indexes = [models.Index(fields=["firm", "judgement", "-made_at"], name="growth_decision_newest")]
