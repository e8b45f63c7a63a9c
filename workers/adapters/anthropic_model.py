"""The model behind the Messages API: Anthropic's own, or any server that speaks it."""

from collections.abc import Callable, Mapping

from server.core.model import ModelAnswer, ModelRequest, Role, Spending
from server.core.money import Prices


def import_sdk() -> None:
    """Import the SDK, which takes over a second, before a worker forks a process for each job."""
    import anthropic  # noqa: F401


class AnthropicModel:
    """Model over the `anthropic` SDK. Opening it does not connect."""

    def __init__(
        self,
        *,
        api_key: str | None,
        base_url: str | None,
        models: Mapping[Role, str],
        prices: Prices,
        timeout_s: float = 60.0,
    ) -> None:
        raise NotImplementedError

    async def ask(
        self,
        request: ModelRequest,
        *,
        spent: Callable[[Spending], None],
        on_text: Callable[[str], None] | None = None,
    ) -> ModelAnswer:
        """The port's promise."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close the connections."""
