"""Operations: what is guarded says so, and whoever acts may be refused."""

from adapters.api.openapi_operations import PATHS


def test_only_the_probes_are_open() -> None:
    for path, operations in PATHS.items():
        for operation in operations.values():
            assert (operation.get("security") == []) == (not path.startswith("/api/"))


def test_everything_guarded_can_answer_401_and_acts_403() -> None:
    for path, operations in PATHS.items():
        for method, operation in operations.items():
            if path.startswith("/api/"):
                assert "401" in operation["responses"]
                assert ("403" in operation["responses"]) == (method in {"post", "put"})


def test_every_parameter_has_a_description_and_a_schema() -> None:
    parameters = [
        parameter
        for operations in PATHS.values()
        for operation in operations.values()
        for parameter in operation["parameters"]
    ]
    assert parameters
    assert all(parameter["description"] and parameter["schema"] for parameter in parameters)
