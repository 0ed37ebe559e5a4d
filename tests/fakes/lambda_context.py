"""What Lambda hands to a handler beside the event."""

from dataclasses import dataclass


@dataclass
class LambdaContext:
    """The fields that our entry points read."""

    aws_request_id: str = "6f7f56d1-51f5-4f15-b4a1-12b3c4d5e6f7"
    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:function"

    def get_remaining_time_in_millis(self) -> int:
        return 300_000
