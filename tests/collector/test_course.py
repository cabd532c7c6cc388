from charnet.collector.course import Course


def test_what_a_training_came_to_where_there_is_nothing_to_compare() -> None:
    course = Course()
    course.take({"result": {"accuracy": 0.5, "former": None, "held": 9}})
    assert course.to_dict()["says"] == "50.0 % of held-out drawings"
    course.take({"result": {"accuracy": None, "former": None}})
    assert course.to_dict()["says"] == ""
