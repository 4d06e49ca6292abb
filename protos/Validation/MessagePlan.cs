using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Validation.Checks;

namespace HubExchange.Contracts.Validation;

/// <summary>The checks of the fields of a nested message, compiled once.</summary>
internal sealed class MessagePlan
{
    private static readonly ConcurrentDictionary<MessageDescriptor, MessagePlan> Known = new();

    // Lazy, so that a message may contain itself.
    private readonly Lazy<RecordCheck[]> _checks;

    private MessagePlan(MessageDescriptor message) => _checks = new(() => ChecksOf(message));

    /// <summary>The plan of a message; null for the well-known types, which have no rules of ours.</summary>
    public static MessagePlan? Of(MessageDescriptor message) => message.File.Package.StartsWith("google.", StringComparison.Ordinal)
        ? null
        : Known.GetOrAdd(message, static descriptor => new MessagePlan(descriptor));

    /// <summary>Runs every check.</summary>
    public void Run(IMessage record, Findings found)
    {
        foreach (var check in _checks.Value)
        {
            check(record, found);
        }
    }

    private static RecordCheck[] ChecksOf(MessageDescriptor message) =>
        [.. EntityField.AllOf(message)
            .Select(field => FieldChecks.Of(field, isKey: false))
            .OfType<RecordCheck>()];
}
