"""Drives a running server with Triton's own clients: python3 triton-client.py URL KEY. Prints "ok" and what it tried."""
import asyncio
import json
import sys

import numpy
import tritonclient.http as triton
import tritonclient.http.aio as aio
from tritonclient.utils import InferenceServerException

url, key = sys.argv[1:]
tried = []


def auth():
    """A dictionary for each call: the client writes its own headers into it."""
    return {"x-api-key": key}


def same(name, actual, expected):
    assert numpy.array_equal(actual, expected), f"{name}: {actual} is not {expected}"
    tried.append(name)


def tensor(name, array, datatype, binary=True):
    made = triton.InferInput(name, list(array.shape), datatype)
    made.set_data_from_numpy(array, binary_data=binary)
    return made


client = triton.InferenceServerClient(url)
assert client.is_server_live(headers=auth()) and client.is_server_ready(headers=auth())
assert client.is_model_ready("two", headers=auth())
assert client.is_model_ready("two", "1", headers=auth())
assert not client.is_model_ready("none", headers=auth())
assert "binary_tensor_data" in client.get_server_metadata(headers=auth())["extensions"]
metadata = client.get_model_metadata("two", headers=auth())
assert [made["name"] for made in metadata["inputs"]] == ["a", "b"], metadata
tried.append("health and metadata")

a = numpy.array([[1, 2], [3, 4]], numpy.float32)
b = numpy.array([[1, 1, 1], [0, 0, 0.5]], numpy.float32)
total = numpy.array([[6], [7.5]], numpy.float32)

answer = client.infer("two", [tensor("a", a, "FP32"), tensor("b", b, "FP32")], request_id="7", headers=auth())
same("binary both ways, by default", answer.as_numpy("sum"), total)
same("second output", answer.as_numpy("copy"), b)
assert answer.get_response()["id"] == "7"

wanted = [triton.InferRequestedOutput("sum", binary_data=False)]
answer = client.infer("two", [tensor("a", a, "FP32", False), tensor("b", b, "FP32")], outputs=wanted, headers=auth())
same("one input and the output in JSON", answer.as_numpy("sum"), total)
assert answer.as_numpy("copy") is None

for algorithm in ("gzip", "deflate"):
    answer = client.infer(
        "two",
        [tensor("a", a, "FP32"), tensor("b", b, "FP32")],
        request_compression_algorithm=algorithm,
        response_compression_algorithm=algorithm,
        headers=auth(),
    )
    same(algorithm, answer.as_numpy("sum"), total)

for datatype, dtype in (
    ("BOOL", bool),
    ("UINT8", numpy.uint8),
    ("UINT16", numpy.uint16),
    ("UINT32", numpy.uint32),
    ("UINT64", numpy.uint64),
    ("INT8", numpy.int8),
    ("INT16", numpy.int16),
    ("INT32", numpy.int32),
    ("INT64", numpy.int64),
    ("FP16", numpy.float16),
    ("FP32", numpy.float32),
    ("FP64", numpy.float64),
):
    values = numpy.array([[0, 1], [1, 0]]).astype(dtype)
    # its client sends FP16 in binary only
    for binary in (True,) if datatype == "FP16" else (True, False):
        outputs = [triton.InferRequestedOutput("y", binary_data=binary)]
        answer = client.infer(
            f"echo-{datatype.lower()}", [tensor("x", values, datatype, binary)], outputs=outputs, headers=auth()
        )
        same(f"{datatype} {'binary' if binary else 'JSON'}", answer.as_numpy("y"), values)

words = numpy.array([["zoë".encode(), b""], [b"a", b"bc"]], dtype=object)
answer = client.infer("echo-bytes", [tensor("x", words, "BYTES")], headers=auth())
same("BYTES binary", answer.as_numpy("y"), words)
texts = numpy.array([["zoë", ""], ["a", "bc"]], dtype=object)
outputs = [triton.InferRequestedOutput("y", binary_data=False)]
answer = client.infer("echo-bytes", [tensor("x", texts, "BYTES", False)], outputs=outputs, headers=auth())
same("BYTES JSON", answer.as_numpy("y"), texts)

body, length = triton.InferenceServerClient.generate_request_body([tensor("a", a, "FP32"), tensor("b", b, "FP32")])
assert length < len(body)

try:
    client.infer("two", [tensor("a", a, "FP32")], headers=auth())
    raise AssertionError("no error")
except InferenceServerException as error:
    assert 'input "b": is missing' in error.message(), error
    assert error.status() == "400", error.status()
    tried.append("errors are read")

result = client.async_infer("two", [tensor("a", a, "FP32"), tensor("b", b, "FP32")], headers=auth()).get_result()
same("greenlets", result.as_numpy("sum"), total)


async def beside():
    async with aio.InferenceServerClient(url) as other:
        assert await other.is_server_ready(headers=auth())
        inputs = [aio.InferInput("a", [2, 2], "FP32"), aio.InferInput("b", [2, 3], "FP32")]
        inputs[0].set_data_from_numpy(a)
        inputs[1].set_data_from_numpy(b)
        answer = await other.infer("two", inputs, headers=auth())
        same("asyncio, whose content type is application/octet-stream", answer.as_numpy("sum"), total)


asyncio.run(beside())
print("ok", json.dumps(tried, ensure_ascii=False))
