#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "etl/base/limits.h"
#include "etl/fetch/fetch_policy.h"
#include "tests/unit/scarce_memory.h"

#define NOON INT64_C(1730808000) /* 2024-11-05 12:00:00 UTC */

static void the_list_of_transient_statuses_is_closed(void **state)
{
    (void)state;
    static const long transient[] = {408, 425, 429, 500, 502, 503, 504};
    unsigned found = 0;
    for (long status = 100; status < 1000; status++)
        found += policy_status_transient(status);
    assert_int_equal(found, sizeof transient / sizeof *transient);
    for (size_t i = 0; i < sizeof transient / sizeof *transient; i++)
        assert_true(policy_status_transient(transient[i]));
}

static void the_list_of_transient_failures_is_closed(void **state)
{
    (void)state;
    static const CURLcode transient[] = {
        CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_PARTIAL_FILE, CURLE_OPERATION_TIMEDOUT,
        CURLE_GOT_NOTHING,          CURLE_SEND_ERROR,      CURLE_RECV_ERROR};
    unsigned found = 0;
    for (int code = 1; code < CURL_LAST; code++)
        found += policy_failure_transient(&(struct policy_failure){.code = (CURLcode)code});
    assert_int_equal(found, sizeof transient / sizeof *transient);
    for (size_t i = 0; i < sizeof transient / sizeof *transient; i++)
        assert_true(policy_failure_transient(&(struct policy_failure){.code = transient[i]}));
}

static void a_used_up_total_time_is_final_and_a_stall_is_not(void **state)
{
    (void)state;
    struct policy_failure f = {.code = CURLE_OPERATION_TIMEDOUT, .connected = true};
    assert_true(policy_failure_transient(&f));
    assert_string_equal(policy_failure_words(&f), "the transfer stalled");
    f.total_time = true;
    assert_false(policy_failure_transient(&f));
    f = (struct policy_failure){.code = CURLE_OPERATION_TIMEDOUT};
    assert_string_equal(policy_failure_words(&f), "the connection timed out");
}

static void a_reset_during_the_tls_handshake_is_transient_and_a_wrong_certificate_is_not(void **state)
{
    (void)state;
    struct policy_failure f = {.code = CURLE_SSL_CONNECT_ERROR, .os_errno = ECONNRESET};
    assert_true(policy_failure_transient(&f));
    f.os_errno = 0;
    assert_false(policy_failure_transient(&f));
    f.code = CURLE_PEER_FAILED_VERIFICATION;
    assert_false(policy_failure_transient(&f));
}

static void retry_after_is_read_in_seconds_and_as_each_form_of_http_date(void **state)
{
    (void)state;
    int64_t s = -1;
    assert_int_equal(policy_retry_after(TEXT(" 120 "), NOON, &s), 0);
    assert_int_equal(s, 120);
    assert_int_equal(policy_retry_after(TEXT("0"), NOON, &s), 0);
    assert_int_equal(s, 0);
    assert_int_equal(policy_retry_after(TEXT("Tue, 05 Nov 2024 12:02:00 GMT"), NOON, &s), 0);
    assert_int_equal(s, 120);
    assert_int_equal(policy_retry_after(TEXT("Tuesday, 05-Nov-24 12:00:30 GMT"), NOON, &s), 0);
    assert_int_equal(s, 30);
    assert_int_equal(policy_retry_after(TEXT("Tue Nov  5 12:00:07 2024"), NOON, &s), 0);
    assert_int_equal(s, 7);
}

static void retry_after_in_the_past_is_now_and_a_huge_one_does_not_overflow(void **state)
{
    (void)state;
    int64_t s = -1;
    assert_int_equal(policy_retry_after(TEXT("Tue, 05 Nov 2024 11:00:00 GMT"), NOON, &s), 0);
    assert_int_equal(s, 0);
    assert_int_equal(policy_retry_after(TEXT("99999999999999999999999999"), NOON, &s), 0);
    assert_int_equal(s, INT32_MAX);
    assert_int_equal(policy_retry_after(TEXT("Thu, 01 Jan 2099 00:00:00 GMT"), NOON, &s), 0);
    assert_true(s > INT64_C(2000000000));
}

static void retry_after_that_is_neither_is_an_error(void **state)
{
    (void)state;
    int64_t s = 77;
    assert_int_equal(policy_retry_after(TEXT(""), NOON, &s), -1);
    assert_int_equal(policy_retry_after(TEXT("soon"), NOON, &s), -1);
    assert_int_equal(policy_retry_after(TEXT("-5"), NOON, &s), -1);
    assert_int_equal(s, 77);
}

static void the_backoff_doubles_with_jitter_in_its_second_half_up_to_a_limit(void **state)
{
    (void)state;
    uint64_t random = 1;
    int64_t least = INT64_MAX, most = 0;
    for (unsigned failures = 1; failures <= 40; failures++) {
        int64_t full = failures < 8 ? INT64_C(500) << (failures - 1) : LIMIT_BACKOFF_MS;
        for (int i = 0; i < 100; i++) {
            int64_t pause = policy_backoff_ms(500, failures, &random);
            assert_in_range(pause, full / 2, full);
            if (failures == 1 && pause < least) least = pause;
            if (failures == 1 && pause > most) most = pause;
        }
    }
    assert_true(most - least > 100); /* chance was at work */
}

static void a_url_must_be_https_with_a_host_and_without_a_user(void **state)
{
    (void)state;
    struct error err;
    assert_int_equal(policy_url("https://a.example/x?y=1", false, &err), 0);
    assert_int_equal(policy_url("http://a.example/x", true, &err), 0);
    assert_int_equal(policy_url("http://a.example/x", false, &err), -1);
    assert_int_equal(err.class, EXIT_CONFIG);
    assert_string_equal(err.message, "plain http is not allowed (allow_http)");
    assert_int_equal(policy_url("ftp://a.example/x", true, &err), -1);
    assert_int_equal(policy_url("https://me:secret@a.example/x", false, &err), -1);
    assert_null(strstr(err.message, "secret"));
    assert_int_equal(policy_url("https://", false, &err), -1);
    assert_int_equal(policy_url("a.csv", false, &err), -1);
}

static const char *const friends[] = {"files.example"};

static int redirect(const char *from, const char *to, bool allow_http, struct error *err)
{
    struct policy_redirect policy = {"https://a.example/x", from, friends, 1, allow_http};
    return policy_redirect(&policy, to, err);
}

static void a_redirect_is_followed_on_the_same_host_and_to_allowed_ones(void **state)
{
    (void)state;
    struct error err;
    assert_int_equal(redirect("https://a.example/x", "https://A.Example./y", false, &err), 0);
    assert_int_equal(redirect("https://a.example/x", "https://files.example:8443/y", false, &err), 0);
    assert_int_equal(redirect("https://files.example/x", "https://a.example/y", false, &err), 0);
}

static void a_redirect_to_another_host_is_refused_by_name(void **state)
{
    (void)state;
    struct error err;
    assert_int_equal(redirect("https://a.example/x", "https://evil.example/y", false, &err), -1);
    assert_int_equal(err.class, EXIT_FETCH);
    assert_string_equal(err.message, "it redirects to another host, \"evil.example\"");
    assert_int_equal(redirect("https://a.example/x", "https://a.example.evil/y", false, &err), -1);
    assert_int_equal(redirect("https://a.example/x", "https://sub.a.example/y", false, &err), -1);
    assert_int_equal(redirect("https://a.example/x", "https://a.example@evil.example/y", false, &err), -1);
}

static void a_redirect_from_https_to_http_is_refused_unless_http_is_allowed(void **state)
{
    (void)state;
    struct error err;
    assert_int_equal(redirect("https://a.example/x", "http://a.example/y", false, &err), -1);
    assert_string_equal(err.message, "it redirects from https to plain http");
    assert_int_equal(redirect("https://a.example/x", "http://a.example/y", true, &err), 0);
    assert_int_equal(redirect("https://a.example/x", "file:///etc/passwd", true, &err), -1);
    assert_int_equal(redirect("https://a.example/x", "ftp://a.example/y", true, &err), -1);
}

static bool may_authenticate(const char *origin, const char *to)
{
    struct error err;
    bool may;
    assert_int_equal(policy_may_authenticate(origin, to, &may, &err), 0);
    return may;
}

static void credentials_go_to_the_same_host_and_port_only(void **state)
{
    (void)state;
    const char *origin = "https://a.example/x";
    assert_true(may_authenticate(origin, "https://a.example:443/y"));
    assert_true(may_authenticate("http://a.example/x", "https://a.example/y"));
    assert_false(may_authenticate(origin, "http://a.example/x"));
    assert_false(may_authenticate(origin, "https://a.example:444/x"));
    assert_false(may_authenticate(origin, "https://files.example/x"));
    assert_false(may_authenticate("http://a.example:8080/x", "https://a.example:8081/x"));
}

static void a_header_is_found_by_its_whole_name_in_any_case(void **state)
{
    (void)state;
    struct text value = {0};
    assert_true(policy_header(TEXT("eTaG:  W/\"5\" \r\n"), "ETag", &value));
    assert_true(text_is(value, "W/\"5\""));
    assert_false(policy_header(TEXT("ETag-Old: 1\r\n"), "ETag", &value));
    assert_false(policy_header(TEXT("ETag"), "ETag", &value));
    assert_true(policy_header(TEXT("ETag:\r\n"), "ETag", &value));
    assert_int_equal(value.len, 0);
}

static void only_gzip_and_identity_are_encodings_we_asked_for(void **state)
{
    (void)state;
    struct error err;
    unsigned layers = 9;
    assert_int_equal(policy_content_encoding(TEXT("GZIP"), &layers, &err), 0);
    assert_int_equal(layers, 1);
    assert_int_equal(policy_content_encoding(TEXT("gzip, x-gzip"), &layers, &err), 0);
    assert_int_equal(layers, 2);
    assert_int_equal(policy_content_encoding(TEXT("identity"), &layers, &err), 0);
    assert_int_equal(layers, 0);
    assert_int_equal(policy_content_encoding(TEXT(""), &layers, &err), 0);
    assert_int_equal(policy_content_encoding(TEXT("gzip, br"), &layers, &err), -1);
    assert_int_equal(err.class, EXIT_REFUSED);
    assert_string_equal(err.message, "it came in Content-Encoding \"br\"; only gzip was asked for");
}

static void an_html_page_is_seen_by_its_beginning_or_by_its_type(void **state)
{
    (void)state;
    struct text none = {0}, csv = TEXT("text/csv; charset=utf-8");
    assert_true(policy_is_html(TEXT("<!DOCTYPE html><html>"), csv));
    assert_true(policy_is_html(TEXT("\xef\xbb\xbf\r\n  <HTML lang=sv>"), csv));
    assert_true(policy_is_html(TEXT("<head>"), none));
    assert_true(policy_is_html(TEXT("<script src=x>"), none));
    assert_true(policy_is_html(TEXT("a;b;c"), TEXT("Text/HTML; charset=utf-8")));
    assert_false(policy_is_html(TEXT("<header>"), none));
    assert_false(policy_is_html(TEXT("enhet;html\n"), csv));
    assert_false(policy_is_html(TEXT("<htm"), none));
    assert_false(policy_is_html(none, none));
}

static void the_title_of_a_page_is_found_for_the_message(void **state)
{
    (void)state;
    assert_true(text_is(policy_html_title(TEXT("<html><Title lang=sv> Logga in\n</title>")), "Logga in"));
    assert_int_equal(policy_html_title(TEXT("<html><title>cut")).len, 0);
    assert_int_equal(policy_html_title(TEXT("<html>")).len, 0);
}

static void credentials_are_a_user_with_a_password_or_a_bearer_token(void **state)
{
    (void)state;
    struct text user, secret;
    assert_int_equal(policy_credentials(TEXT("anna:se:cret \r\n"), &user, &secret), 0);
    assert_true(text_is(user, "anna") && text_is(secret, "se:cret "));
    assert_int_equal(policy_credentials(TEXT("Bearer abc.def\n"), &user, &secret), 0);
    assert_true(user.len == 0 && text_is(secret, "abc.def"));
    assert_int_equal(policy_credentials(TEXT("Bearer two words\n"), &user, &secret), -1);
    assert_int_equal(policy_credentials(TEXT("token\n"), &user, &secret), -1);
    assert_int_equal(policy_credentials(TEXT(":x\n"), &user, &secret), -1);
    assert_int_equal(policy_credentials(TEXT(""), &user, &secret), -1);
    assert_int_equal(policy_credentials(TEXT("a:b\nX-Injected: 1\n"), &user, &secret), -1);
}

static int judge_url(struct error *err)
{
    return policy_url("https://a.example:8443/x?y=1", false, err);
}

static int judge_redirect(struct error *err)
{
    const struct policy_redirect policy = {.origin = "https://a.example/x", .from = "https://a.example/x"};
    return policy_redirect(&policy, "https://a.example/y", err);
}

static int judge_credentials(struct error *err)
{
    bool may = false;
    int rc = policy_may_authenticate("https://a.example/x", "https://a.example/y", &may, err);
    assert_true(rc || may);
    return rc;
}

/* Above all, a fetch does not go without its credentials. */
static void what_lacks_memory_is_that_and_no_other_verdict(void **state)
{
    static int (*const judge[])(struct error *) = {judge_url, judge_redirect, judge_credentials};
    struct error err;
    (void)state;
    for (size_t i = 0; i < sizeof judge / sizeof *judge; i++) {
        requests = 0;
        assert_int_equal(judge[i](&err), 0);
        assert_true(requests > 3);
        for (long n = 1, count = requests; n <= count; n++) {
            requests = 0;
            refused_at = n;
            int rc = judge[i](&err);
            refused_at = 0;
            if (rc) assert_string_equal(err.message, "out of memory");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_of_transient_statuses_is_closed),
        cmocka_unit_test(the_list_of_transient_failures_is_closed),
        cmocka_unit_test(a_used_up_total_time_is_final_and_a_stall_is_not),
        cmocka_unit_test(a_reset_during_the_tls_handshake_is_transient_and_a_wrong_certificate_is_not),
        cmocka_unit_test(retry_after_is_read_in_seconds_and_as_each_form_of_http_date),
        cmocka_unit_test(retry_after_in_the_past_is_now_and_a_huge_one_does_not_overflow),
        cmocka_unit_test(retry_after_that_is_neither_is_an_error),
        cmocka_unit_test(the_backoff_doubles_with_jitter_in_its_second_half_up_to_a_limit),
        cmocka_unit_test(a_url_must_be_https_with_a_host_and_without_a_user),
        cmocka_unit_test(a_redirect_is_followed_on_the_same_host_and_to_allowed_ones),
        cmocka_unit_test(a_redirect_to_another_host_is_refused_by_name),
        cmocka_unit_test(a_redirect_from_https_to_http_is_refused_unless_http_is_allowed),
        cmocka_unit_test(credentials_go_to_the_same_host_and_port_only),
        cmocka_unit_test(a_header_is_found_by_its_whole_name_in_any_case),
        cmocka_unit_test(only_gzip_and_identity_are_encodings_we_asked_for),
        cmocka_unit_test(an_html_page_is_seen_by_its_beginning_or_by_its_type),
        cmocka_unit_test(the_title_of_a_page_is_found_for_the_message),
        cmocka_unit_test(what_lacks_memory_is_that_and_no_other_verdict),
        cmocka_unit_test(credentials_are_a_user_with_a_password_or_a_bearer_token),
    };
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, give, free, give_again, give_copy, give_array)) return 1;
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return rc;
}
