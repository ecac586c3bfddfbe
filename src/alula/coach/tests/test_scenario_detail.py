"""What a trainee is told before the talk: the rubric whole, also where the file leaves a weight to its default."""

import pytest

from alula.coach.catalogue import shipped

CONTENT = ("completeness", "logic", "accuracy")
DELIVERY = ("response_speed", "tone", "infectiousness", "affinity", "attitude")


@pytest.mark.django_db
def test_the_rubric_of_every_scenario_shows_every_weight(world, browser_of):
    lin = browser_of(world.lin)
    for slug in shipped():
        rubric = lin.get(f"/api/coach/scenarios/{slug}").json()["rubric"]
        assert rubric["content"] + rubric["delivery"] + sum(rubric["further"].values()) == 100, slug
        assert sum(rubric[key] for key in CONTENT) == 100, slug
        assert sum(rubric[key] for key in DELIVERY) == 100, slug
        assert 0 < rubric["pass_at"] <= 100, slug
