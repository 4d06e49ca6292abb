using HubExchange.Contracts.Entities;

namespace HubExchange.Server.Query;

/// <summary>What a read asks for, as far as it decides which fields are cut.</summary>
/// <param name="Type">Type.</param>
/// <param name="Source">Whose rows, as in <see cref="RecordRows.From"/>.</param>
/// <param name="Mask">The fields that are wanted; null for all.</param>
internal readonly record struct ReadScope(EntityType Type, string Source = "", ReadMask? Mask = null);
