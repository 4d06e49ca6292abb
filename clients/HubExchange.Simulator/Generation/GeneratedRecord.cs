using Google.Protobuf;
using HubExchange.Contracts.Entities;

namespace HubExchange.Simulator.Generation;

/// <summary>A record a node pushes.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Record">The record.</param>
/// <param name="ExpectedRule">Id of the one error rule it violates; null when it is sound.</param>
public sealed record GeneratedRecord(EntityType Type, IMessage Record, string? ExpectedRule);
