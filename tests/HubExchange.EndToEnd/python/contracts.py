"""Reads the contracts from a FileDescriptorSet, with nothing but the protobuf library."""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf import any_pb2, duration_pb2, timestamp_pb2, wrappers_pb2  # noqa: F401  in the pool from the start


def load(path):
    """Adds every file of the set to the default pool, where the options of descriptors are looked up, and returns the pool."""
    files = descriptor_pb2.FileDescriptorSet()
    with open(path, "rb") as source:
        files.ParseFromString(source.read())

    pool = descriptor_pool.Default()
    for file in files.file:
        if not file.name.startswith("google/protobuf/"):
            pool.Add(file)
    return pool, files


def message_class(pool, name):
    """The class of a message by its full name."""
    return message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(name))


def extension(pool, name):
    """A custom option; its own message must be known before options are read."""
    found = pool.FindExtensionByName(name)
    message_factory.MessageFactory(pool).GetPrototype(found.message_type)
    return found
