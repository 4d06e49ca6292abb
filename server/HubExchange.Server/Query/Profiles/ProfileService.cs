using Grpc.Core;
using HubExchange.Contracts.Hashing;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Storage;
using HubExchange.V1;

namespace HubExchange.Server.Query.Profiles;

internal sealed class ProfileService(ProfileReader profiles, GivenRecords given) : V1.ProfileService.ProfileServiceBase
{
    private const int DefaultSize = 5;
    private const int MaxSize = 50;

    public override async Task<GetOrganizationProfileResponse> GetOrganizationProfile(
        GetOrganizationProfileRequest request, ServerCallContext context)
    {
        if (request.Uscc.Contains('\0', StringComparison.Ordinal))
        {
            throw HubErrors.InvalidRequest(new FieldProblem("uscc", "不允许空字符", "must not contain U+0000"));
        }

        var size = request.SectionSize switch
        {
            < 0 => throw HubErrors.InvalidRequest(new FieldProblem("section_size", "不能为负数;0 表示默认值 5", "must not be negative; 0 means 5")),
            0 => DefaultSize,
            var given => Math.Min(given, MaxSize),
        };
        var uscc = CanonicalText.OfCode(request.Uscc);
        var time = ReadTime.Of(request.RecordedAsOf, request.EffectiveOn);
        var profile = await profiles.ReadAsync(uscc, time, size, context.GetCaller(), context.CancellationToken);
        if (profile.Organization is null && profile.Sections.Count == 0)
        {
            throw HubErrors.Of(ErrorReason.RecordNotFound, ("type", EntityTable.OrganizationType), ("key", uscc));
        }

        var shown = profile.Sections.SelectMany(section => section.Records).Select(of => of.Record)
            .Append(profile.Organization)
            .Concat(profile.Changes.Select(version => version.Record))
            .OfType<Record>();
        await given.AddAsync(context, [.. shown]);
        return profile;
    }
}
