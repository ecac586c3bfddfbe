"""Tables of growth. Only this domain touches them; others ask `facade`. A file a part of the domain."""

from alula.growth.models.firms import FactsVersion, Firm, Relation

__all__ = ["FactsVersion", "Firm", "Relation"]
