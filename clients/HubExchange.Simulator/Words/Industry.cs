using HubExchange.Enterprise.V1;
using HubExchange.Technology.V1;

namespace HubExchange.Simulator.Words;

/// <summary>An industry with the words its firms use.</summary>
/// <param name="Code">GB/T 4754-2017.</param>
/// <param name="Name">As firms carry it in their names.</param>
/// <param name="Field">High-tech field.</param>
/// <param name="ContractField">Field of technology contracts.</param>
/// <param name="Products">What its firms make.</param>
internal sealed record Industry(
    string Code, string Name, TechnologyField Field, ContractField ContractField, IReadOnlyList<string> Products);
