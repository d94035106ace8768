"""What our texts say. One text is at most 160 characters of the GSM alphabet, so that it goes out as one part."""

WORDS = {
    "code": "{code} is your Ovation code. It works once, for ten minutes. Pass it on to nobody.",
    "account_exists": (
        "Somebody tried to join Ovation with this number, and it has an account. "
        "If it was you: sign in, or choose a new password."
    ),
    "unknown_account": (
        "Somebody tried to get into Ovation with this number, and it has no account. You may ignore this."
    ),
    "phone_changed": "Your Ovation account now has another phone number. Not you? Reset your password at {site}",
    "phone_removed": "This number was removed from your Ovation account. Not you? Reset your password at {site}",
    "password_reset": "Your Ovation password was changed with a code to this phone. Not you? Go to {site}",
}
