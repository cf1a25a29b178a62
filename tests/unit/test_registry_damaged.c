/* Registries that lack something: each gap is said once, and what stands beside it is still checked. */
#include "tests/unit/load_registry.h"

#define CODE "(expected a code of A-Z, 0-9, _ that begins with a letter)\n"

/* ---- districts ---- */
WRONG(a_code_that_is_a_list_is_no_name_of_the_entry, "stadsdelar: [{code: [A], name: Alfa}]\n", NULL, NULL,
      "d:1:21: stadsdelar[1].code: is a list " CODE)
WRONG(aliases_that_are_a_text_are_reported_once, "stadsdelar: [{code: SDN_A, name: Alfa, aliases: Omega}]\n", NULL,
      NULL, "d:1:49: stadsdelar[SDN_A].aliases: is a text (expected a list)\n")
WRONG(the_first_line_of_a_name_is_named_though_the_name_itself_stands_below_it,
      "stadsdelar:\n  - aliases: [Alfa]\n    code: SDN_A\n    name: Alfa\n  - {code: SDN_B, name: Alfa}\n", NULL, NULL,
      "d:5:25: stadsdelar[SDN_B].name: \"Alfa\" already names another entry (line 2)\n")
WRONG(a_district_may_last_one_day,
      "stadsdelar: [{code: SDN_A, name: Alfa, valid_from: 2020-07-01, valid_to: 2020-07-01}]\n", NULL, NULL, "")
WRONG(districts_that_are_a_map_are_reported_once, "stadsdelar: {code: SDN_A, name: Alfa}\n", NULL, NULL,
      "d:1:13: stadsdelar: is a map (expected a list)\n")
WRONG(a_district_without_a_code_is_near_no_other_one,
      "stadsdelar: [{name: Alfa}]\nsuccessions: [{date: 2020-07-01, from: SDN_A, to: SDN_B}]\n", NULL, NULL,
      "d:1:14: stadsdelar[Alfa].code: is missing " CODE
      "d:2:40: successions[1].from: \"SDN_A\" is not the code of a district\n"
      "d:2:51: successions[1].to: \"SDN_B\" is not the code of a district\n")
WRONG(successions_without_districts_are_checked_too, "successions: [{date: 2020-07-01, from: SDN_A, to: SDN_B}]\n",
      NULL, NULL,
      "d:1:1: stadsdelar: is missing (expected a list)\n"
      "d:1:40: successions[1].from: \"SDN_A\" is not the code of a district\n"
      "d:1:51: successions[1].to: \"SDN_B\" is not the code of a district\n")
WRONG(a_succession_that_lacks_a_part_misses_that_part_only,
      DISTRICTS "successions: [{date: 2020-07-01, from: SDN_B}, {date: 2020-07-01, to: SDN_B}, {from: SDN_B, to: "
                "SDN_D}]\n",
      NULL, NULL,
      "d:5:15: successions[1].to: is missing " CODE "d:5:48: successions[2].from: is missing " CODE
      "d:5:79: successions[3].date: is missing (expected a date like 2020-07-01)\n")

/* ---- units ---- */
#define UNIT "{stadsdel: SDN_A, name: Norra"
WRONG(units_without_a_district_clash_with_none, DISTRICTS,
      "enheter: [{name: Norra}, " UNIT "}, {name: Norra}, {stadsdel: SDN_B, name: Norra}]\n", NULL,
      "e:1:11: enheter[Norra].stadsdel: is missing " CODE "e:1:58: enheter[Norra].stadsdel: is missing " CODE)
WRONG(units_one_after_the_other_may_share_a_name_in_either_order, DISTRICTS,
      "enheter:\n  - " UNIT ", valid_from: 2020-07-01}\n  - " UNIT ", valid_to: 2020-06-30}\n", NULL, "")
WRONG(units_of_one_name_may_not_share_a_day, DISTRICTS,
      "enheter:\n  - " UNIT ", valid_to: 2020-07-01}\n  - " UNIT ", valid_from: 2020-07-01}\n", NULL,
      "e:3:29: enheter[Norra].name: \"Norra\" already names another entry (line 2)\n")
WRONG(units_of_one_name_may_not_share_a_day_in_either_order, DISTRICTS,
      "enheter:\n  - " UNIT ", valid_from: 2020-07-01}\n  - " UNIT ", valid_to: 2020-07-01}\n", NULL,
      "e:3:29: enheter[Norra].name: \"Norra\" already names another entry (line 2)\n")
WRONG(a_file_without_units_misses_them, DISTRICTS, "enhet: []\n", NULL,
      "e:1:1: enheter: is missing (expected a list)\ne:1:1: enhet: unknown key; did you mean \"enheter\"?\n")

/* ---- indicators ---- */
#define BARE "kind: andel, kon_mening: egen_andel}"
#define TWO  "indikatorer: [{code: IND_A, name: Alfa, " BARE ", {name: Noll, " BARE "]\n"
WRONG(an_indicator_without_a_name_is_reported_once, DISTRICTS, NULL, "indikatorer: [{code: IND_A, " BARE "]\n",
      "i:1:15: indikatorer[IND_A].name: is missing (expected a text)\n")
WRONG(an_indicator_is_defined_anew_once_a_year, DISTRICTS, NULL,
      TWO "definitions:\n  - {indikator: IND_A, from: 2020, note: n}\n  - {indikator: IND_A, from: 2020, note: m}\n"
          "  - {indikator: IND_A, from: 2021, note: m}\n  - {from: 2020, note: n}\n",
      "i:1:79: indikatorer[Noll].code: is missing " CODE "i:4:5: definitions[2]: IND_A is defined anew twice in 2020\n"
      "i:6:5: definitions[4].indikator: is missing " CODE)
WRONG(a_definition_of_an_unknown_indicator_names_the_near_one, DISTRICTS, NULL,
      TWO "definitions:\n  - {indikator: IND_AA, from: 2020, note: n}\n  - {indikator: XYZ_UVW_1, from: 2020, note: "
          "m}\n",
      "i:1:79: indikatorer[Noll].code: is missing " CODE
      "i:3:17: definitions[1].indikator: \"IND_AA\" is not the code of an indicator; did you mean \"IND_A\"?\n"
      "i:4:17: definitions[2].indikator: \"XYZ_UVW_1\" is not the code of an indicator\n")
WRONG(definitions_without_indicators_are_checked_too, DISTRICTS, NULL,
      "definitions: [{indikator: IND_A, from: 2020, note: n}]\n",
      "i:1:1: indikatorer: is missing (expected a list)\n"
      "i:1:27: definitions[1].indikator: \"IND_A\" is not the code of an indicator\n")

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_that_is_a_list_is_no_name_of_the_entry),
        cmocka_unit_test(aliases_that_are_a_text_are_reported_once),
        cmocka_unit_test(the_first_line_of_a_name_is_named_though_the_name_itself_stands_below_it),
        cmocka_unit_test(a_district_may_last_one_day),
        cmocka_unit_test(districts_that_are_a_map_are_reported_once),
        cmocka_unit_test(a_district_without_a_code_is_near_no_other_one),
        cmocka_unit_test(successions_without_districts_are_checked_too),
        cmocka_unit_test(a_succession_that_lacks_a_part_misses_that_part_only),
        cmocka_unit_test(units_without_a_district_clash_with_none),
        cmocka_unit_test(units_one_after_the_other_may_share_a_name_in_either_order),
        cmocka_unit_test(units_of_one_name_may_not_share_a_day),
        cmocka_unit_test(units_of_one_name_may_not_share_a_day_in_either_order),
        cmocka_unit_test(a_file_without_units_misses_them),
        cmocka_unit_test(an_indicator_without_a_name_is_reported_once),
        cmocka_unit_test(an_indicator_is_defined_anew_once_a_year),
        cmocka_unit_test(a_definition_of_an_unknown_indicator_names_the_near_one),
        cmocka_unit_test(definitions_without_indicators_are_checked_too),
    };
    return cmocka_run_group_tests_name("registry_damaged", tests, NULL, NULL);
}
