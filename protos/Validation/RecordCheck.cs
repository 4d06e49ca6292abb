using Google.Protobuf;
using HubExchange.Contracts.Entities;

namespace HubExchange.Contracts.Validation;

/// <summary>Checks one thing about a message and adds what is wrong.</summary>
internal delegate void RecordCheck(IMessage record, Findings found);

/// <summary>Checks a text that is not empty; <paramref name="index"/> is its place in a list, or -1.</summary>
internal delegate void TextCheck(string text, EntityField field, int index, Findings found);
