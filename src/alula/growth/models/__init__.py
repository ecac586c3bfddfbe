"""Tables of growth. Only this domain touches them; others ask `facade`. A file a part of the domain."""

from alula.growth.models.evidence import Evidence
from alula.growth.models.firms import FactsVersion, Firm, Relation
from alula.growth.models.selftest import Assessment, Draft

__all__ = ["Assessment", "Draft", "Evidence", "FactsVersion", "Firm", "Relation"]
