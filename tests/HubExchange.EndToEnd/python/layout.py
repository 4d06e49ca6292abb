"""Calls LayoutService.GetLayout with the gRPC library of Debian and prints the layout as JSON.

usage: layout.py DESCRIPTOR_SET HOST:PORT CA_FILE TOKEN
"""

import sys

import grpc
from google.protobuf import json_format

import contracts


def main(descriptor_set, target, ca_file, token):
    pool, _ = contracts.load(descriptor_set)
    request = contracts.message_class(pool, "hubexchange.v1.GetLayoutRequest")
    response = contracts.message_class(pool, "hubexchange.v1.GetLayoutResponse")
    with open(ca_file, "rb") as source:
        credentials = grpc.ssl_channel_credentials(source.read())

    with grpc.secure_channel(target, credentials) as channel:
        get_layout = channel.unary_unary(
            "/hubexchange.v1.LayoutService/GetLayout",
            request_serializer=request.SerializeToString,
            response_deserializer=response.FromString,
        )
        answer = get_layout(request(), timeout=30, metadata=(("authorization", f"Bearer {token}"),))
    print(json_format.MessageToJson(answer.layout))


main(*sys.argv[1:])
