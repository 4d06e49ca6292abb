using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Profiles of organisations.</content>
public sealed partial class HubClient
{
    /// <summary>Returns what the hub knows of an organisation (一企一档): its record, the records that name it, its latest changes.</summary>
    public Task<GetOrganizationProfileResponse> GetProfileAsync(string uscc, CancellationToken cancellationToken = default) =>
        GetProfileAsync(new GetOrganizationProfileRequest { Uscc = uscc }, cancellationToken);

    /// <summary>The same as of a moment, or with more records of each type.</summary>
    public Task<GetOrganizationProfileResponse> GetProfileAsync(GetOrganizationProfileRequest request, CancellationToken cancellationToken = default) =>
        _connection.CallAsync(options => _profiles.GetOrganizationProfileAsync(request, options), cancellationToken);
}
