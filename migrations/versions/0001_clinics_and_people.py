"""Clinics, staff and patients, and how phones come in."""

from migrations.writing import (
    check,
    day,
    drop,
    ident,
    index,
    instant,
    json,
    of_clinic,
    one_of,
    points_to,
    shared_table,
    table,
    unique,
    whole,
    words,
    yes_no,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    _clinic()
    _staff()
    _patient()
    _who_sees_whom()
    _what_the_clinic_sets()
    _enrolment()


def _clinic() -> None:
    shared_table(
        "clinic",
        [
            whole("id"),
            words("public_id", 8),
            words("slug", 64),
            words("name", 320),
            words("time_zone", 64),
            yes_no("is_demo"),
            instant("created_at"),
        ],
        unique("public_id", with_clinic=False),
        unique("slug", with_clinic=False),
    )


def _staff() -> None:
    table(
        "staff",
        [
            ident("id"),
            words("email", 320),
            words("name", 320),
            one_of("role", "patient", "nurse", "physiatrist", "clinic-admin", "system"),
            words("language", 64),
            words("password_hash", null=True),
            words("invitation_sha256", 64, null=True),
            instant("invitation_expires_at", null=True),
            instant("created_at"),
            instant("disabled_at", null=True),
        ],
        of_clinic,
        unique("email"),
        check("email_casefolded", "email = lower(email)"),
        check("role_of_staff", "role NOT IN ('patient', 'system')"),
    )
    table(
        "staff_session",
        [
            ident("id"),
            ident("staff_id"),
            words("token_sha256", 64),
            instant("created_at"),
            instant("last_seen_at"),
            instant("ended_at", null=True),
        ],
        points_to("staff", "staff_id"),
        unique("token_sha256"),
    )


def _patient() -> None:
    table(
        "patient",
        [
            ident("id"),
            words("record_number", 64),
            words("name", 320),
            day("born", null=True),
            words("phone", 64, null=True),
            words("language", 64),
            words("time_zone", 64),
            day("enrolled_on"),
            one_of("state", "active", "surveillance", "discharged", "moved", "deceased"),
            whole("change_number", 0, big=True),
            instant("created_at"),
        ],
        of_clinic,
        unique("record_number"),
    )


def _who_sees_whom() -> None:
    table(
        "care_team",
        [ident("patient_id"), ident("staff_id"), instant("since")],
        points_to("patient", "patient_id"),
        points_to("staff", "staff_id"),
        key=("patient_id", "staff_id"),
    )
    table(
        "record_opening",
        [
            ident("id"),
            ident("staff_id"),
            ident("patient_id"),
            words("reason"),
            instant("opened_at"),
            instant("expires_at"),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "staff_id"),
    )
    index("ix_record_opening_expires_at", "record_opening", ["patient_id", "staff_id", "expires_at"])


def _what_the_clinic_sets() -> None:
    version = [ident("author", null=True), words("reason"), instant("created_at")]
    table(
        "clinic_settings",
        [whole("version", 1), json("values"), *version],
        of_clinic,
        points_to("staff", "author"),
        key=("version",),
    )
    version = [ident("author", null=True), words("reason"), instant("created_at")]
    table(
        "clinic_text",
        [words("key", 64), words("language", 64), whole("version", 1), words("text"), *version],
        of_clinic,
        points_to("staff", "author"),
        key=("key", "language", "version"),
    )


def _enrolment() -> None:
    table(
        "enrolment_code",
        [
            ident("id"),
            ident("patient_id"),
            words("code_sha256", 64),
            instant("created_at"),
            instant("expires_at"),
            instant("used_at", null=True),
            ident("created_by", null=True),
        ],
        points_to("patient", "patient_id"),
        points_to("staff", "created_by"),
        unique("code_sha256"),
    )
    table(
        "device",
        [
            ident("id"),
            ident("patient_id"),
            words("name", 320),
            words("token_sha256", 64),
            instant("created_at"),
            instant("last_seen_at", null=True),
            instant("revoked_at", null=True),
        ],
        points_to("patient", "patient_id"),
        unique("token_sha256"),
    )
    index("ix_device_patient_id", "device", ["patient_id"])
    table(
        "failed_attempt",
        [words("subject", 320), whole("failures", 0), instant("last_failed_at")],
        of_clinic,
        key=("subject",),
    )


def downgrade() -> None:
    drop(
        "failed_attempt",
        "device",
        "enrolment_code",
        "clinic_text",
        "clinic_settings",
        "record_opening",
        "care_team",
        "patient",
        "staff_session",
        "staff",
        "clinic",
    )
