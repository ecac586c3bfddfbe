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


@pytest.mark.django_db
def test_what_is_so_or_not_is_said_in_words_in_both_languages(world, browser_of):
    lin = browser_of(world.lin)
    said = set()
    for slug, scenario in shipped().items():
        texts = {fact["id"]: fact["text"] for fact in lin.get(f"/api/coach/scenarios/{slug}").json()["facts"]}
        for fact in scenario.product.facts:
            if fact.kind == "yes_no":
                said.add((fact.holds, texts[fact.id]["zh"], texts[fact.id]["en"]))
            else:
                assert texts[fact.id]["zh"] == texts[fact.id]["en"] != ""
    assert said == {(True, "是", "yes"), (False, "否", "no")}
