using Google.Protobuf.Reflection;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Sharing;

/// <summary>Codes of share requests as they stand in the database: the names of the contract without their prefix.</summary>
internal static class ShareCode
{
    private static readonly CodeList States = ListOf(ShareServiceReflection.Descriptor, nameof(ShareState));
    private static readonly CodeList Actions = ListOf(ShareServiceReflection.Descriptor, nameof(ShareAction));
    private static readonly CodeList Ways = ListOf(ShareServiceReflection.Descriptor, nameof(ShareWay));
    private static readonly CodeList Shares = ListOf(OptionsReflection.Descriptor, nameof(ShareType));

    /// <summary>Empty for "unspecified", which means any in a filter.</summary>
    public static string Of(ShareState state) => Name(States, (int)state, "state");

    public static string Of(ShareAction action) => Name(Actions, (int)action, "action");

    public static string Of(ShareWay way) => Name(Ways, (int)way, "way");

    public static string Of(ShareType share) => Name(Shares, (int)share, "share");

    public static ShareState State(string code) => (ShareState)(States.Find(code)?.Number ?? 0);

    public static ShareAction Action(string code) => (ShareAction)(Actions.Find(code)?.Number ?? 0);

    public static ShareWay Way(string code) => (ShareWay)(Ways.Find(code)?.Number ?? 0);

    public static ShareType Share(string code) => (ShareType)(Shares.Find(code)?.Number ?? 0);

    private static CodeList ListOf(FileDescriptor file, string name) => CodeList.Of(file.FindTypeByName<EnumDescriptor>(name));

    private static string Name(CodeList codes, int number, string field) => number == 0
        ? ""
        : codes.Find(number)?.Name ?? throw HubErrors.InvalidRequest(new FieldProblem(field, $"没有取值 {number}", $"there is no value {number}"));
}
