using System.Globalization;
using HubExchange.Client;
using HubExchange.Client.Files;
using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;
using HubExchange.Server.Tests.Jobs;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Sharing;

/// <summary>The parties of share requests, a zone that asks, the county that is asked and the bureau, with the official calendars and a clock.</summary>
internal sealed class ShareCase(TestHub hub, SetClock clock, HubClient asker, HubClient provider, HubClient bureau)
{
    /// <summary>A type that is shared conditionally.</summary>
    public const string Conditional = "technology.tech_contract";

    /// <summary>A type that is shared unconditionally.</summary>
    public const string Unconditional = "enterprise.organization";

    private static int _requests;

    public TestHub Hub => hub;

    public HubClient Asker => asker;

    public HubClient Provider => provider;

    public HubClient Bureau => bureau;

    public static async Task<ShareCase> OpenAsync(TestCluster cluster, string day)
    {
        var clock = new SetClock();
        clock.Set(Day(day));
        var hub = await TestHub.StartAsync(cluster, clock);
        await (await hub.CityAsync()).PushAsync(
            TestHub.City,
            RecordFile.Open(Path.Combine(AppContext.BaseDirectory, "huangshi", "mechanism.working_calendar.csv"), CityEntityTypes.All.Of<WorkingCalendar>())
                .ReadRows()
                .Select(row => (WorkingCalendar)row.Record!));
        return new ShareCase(
            hub, clock, await hub.NodeAsync(TestHub.Zone, NodeKind.Zone), await hub.NodeAsync(TestHub.Daye), await hub.PersonAsync("bureau"));
    }

    /// <summary>It becomes ten o'clock on a day.</summary>
    public void ItIs(string day) => clock.Set(Day(day));

    /// <summary>The job strikes on a day, which it becomes.</summary>
    public async Task StrikeAsync(string day, int hour = 0)
    {
        ItIs(day);
        await JobRuns.RunOnAsync(hub, "share-clock", Day(day), hour);
    }

    /// <summary>A whole request, another one each time.</summary>
    public static CreateShareRequestRequest Request(string type = Conditional, string useUntil = "2030-12-31") => new()
    {
        Provider = TestHub.Daye,
        Type = type,
        Person = "申请经办人",
        Basis = "《湖北省科学技术进步条例》",
        Purpose = $"园区技术合同服务 {Interlocked.Increment(ref _requests)}",
        Scope = "园区内企业,仅管委会科技部门使用",
        Way = ShareWay.Batch,
        UseUntil = useUntil,
    };

    /// <summary>The zone asks the county.</summary>
    public Task<ShareRequest> SubmitAsync(string type = Conditional) => asker.CreateShareRequestAsync(Request(type));

    /// <summary>The record of a consent that is whole.</summary>
    public static ShareExtension Consent(int days, string on) =>
        new() { Days = days, ConsentedBy = "政务数据主管部门 数据共享科", ConsentedOn = on, DocumentNumber = "黄数函〔2026〕12号" };

    /// <summary>The office consents to a later answer.</summary>
    public Task<ShareRequest> ExtendAsync(ShareRequest request, ShareExtension? consent, HubClient? by = null) =>
        (by ?? bureau).MoveShareRequestAsync(new MoveShareRequestRequest { Id = request.Id, Action = ShareAction.Extend, Extension = consent });

    /// <summary>Takes an action as whoever's part it is, with what it needs.</summary>
    public Task<ShareRequest> MoveAsync(ShareRequest request, ShareAction action)
    {
        var move = new MoveShareRequestRequest { Id = request.Id, Action = action, Reason = "样例理由" };
        if (action == ShareAction.AskPapers)
        {
            move.Papers.Add(["部门负责人签批件", "数据安全承诺书"]);
        }

        if (action == ShareAction.Extend)
        {
            move.Extension = Consent(5, request.ReceivedOn);
        }

        var client = action switch
        {
            ShareAction.SupplyPapers or ShareAction.Withdraw => asker,
            ShareAction.Extend => bureau,
            _ => provider,
        };
        return client.MoveShareRequestAsync(move);
    }

    /// <summary>The request as it is now, and what happened to it, as the bureau sees it.</summary>
    public Task<GetShareRequestResponse> ReadAsync(ShareRequest request) => bureau.GetShareRequestAsync(request.Id);

    /// <summary>How often the hub noted that the request is overdue.</summary>
    public async Task<int> CountOverdueAsync(ShareRequest request) =>
        (await ReadAsync(request)).Events.Count(each => each.Action == ShareAction.Overdue);

    /// <summary>A call is refused for a reason, with texts in both languages.</summary>
    public static async Task<HubException> RefusedAsync(Func<Task> call, ErrorReason reason)
    {
        var refused = await Assert.ThrowsAsync<HubException>(call);
        Assert.Equal(reason, refused.Reason);
        Assert.Matches("[一-鿿]", refused.MessageZh);
        Assert.Matches("[A-Za-z]{3}", refused.MessageEn);
        Assert.DoesNotContain("{", refused.MessageZh + refused.MessageEn, StringComparison.Ordinal);
        return refused;
    }

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
